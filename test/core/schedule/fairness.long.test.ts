import { expect, it } from 'vitest'
import { minute } from '../../support/rush.ts'
import { simulate } from '../../support/simulate.ts'
import { fairnessOf, paperTerm } from '../../support/term.ts'

const arrivals = paperTerm()

it('lets nobody wait with 25 workers, whatever one team floods', () => {
  const { percentiles, teams } = fairnessOf(simulate({ arrivals, workers: 25 }))
  expect(percentiles['99']).toBeLessThan(minute)
  for (const { p95Ms } of teams) expect(p95Ms).toBeLessThan(minute)
}, 300_000)
