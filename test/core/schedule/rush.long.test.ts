import { describe, expect, it } from 'vitest'
import { minute, rush, waits } from '../../support/rush.ts'
import { percentile, simulate, waitsPerTeam } from '../../support/simulate.ts'

describe('the last two weeks', () => {
  it('makes no team wait long: 30,782 runs, a whole peak of 55 hours, on 25 workers', () => {
    const runs = simulate({ arrivals: rush({ hours: 55 }), workers: 25 })
    expect(runs).toHaveLength(30_800)
    expect(percentile(waits(runs), 0.99)).toBeLessThan(5 * minute)
    for (const team of waitsPerTeam(runs)) expect(team.p95Ms).toBeLessThan(5 * minute)
  }, 300_000)

  it('lets those who submit little wait little when there are 17 workers where 19 are needed', () => {
    const runs = simulate({ arrivals: rush({ hours: 10 }), workers: 17 })
    const teams = waitsPerTeam(runs).sort((a, b) => a.runs - b.runs)
    const medianOf = (some: typeof teams) =>
      percentile(
        some.map(({ medianMs }) => medianMs),
        0.5,
      )
    expect(3 * medianOf(teams.slice(0, 15))).toBeLessThan(medianOf(teams.slice(-15)))
  }, 300_000)
})
