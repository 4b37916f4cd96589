import { describe, expect, it } from 'vitest'
import { flood, hour, minute, rush, waits } from '../../support/rush.ts'
import { percentile, simulate, waitsPerTeam } from '../../support/simulate.ts'

describe('the rush of the last week', () => {
  it('makes no team wait long with 25 workers of one run each', () => {
    const runs = simulate({ arrivals: rush({ hours: 2 }), workers: 25 })
    expect(percentile(waits(runs), 0.95)).toBeLessThan(2 * minute)
    for (const team of waitsPerTeam(runs)) expect(team.p95Ms).toBeLessThan(5 * minute)
  })

  it('makes nobody else wait much longer when one team submits 500 at once', () => {
    const calm = simulate({ arrivals: rush({ hours: 2 }), workers: 25 })
    const flooded = simulate({ arrivals: [...rush({ hours: 2 }), ...flood('flood', 500)], workers: 25 })
    const others = flooded.filter(({ team }) => team !== 'flood')
    expect(percentile(waits(others), 0.95)).toBeLessThan(percentile(waits(calm), 0.95) + 2 * minute)
    expect(percentile(waits(flooded.filter(({ team }) => team === 'flood')), 0.5)).toBeGreaterThan(20 * minute)
  })

  it('makes a team that submits little wait less than one that submits much when there are too few workers', () => {
    const late = {
      at: hour,
      course: 'ece408',
      team: 'rare',
      account: 'rare',
      priority: 'student',
      runMs: minute,
    } as const
    const runs = simulate({ arrivals: [...rush({ hours: 2 }), late], workers: 10 })
    expect(runs.find(({ team }) => team === 'rare')?.waitedMs).toBeLessThan(percentile(waits(runs), 0.5))
  })
})
