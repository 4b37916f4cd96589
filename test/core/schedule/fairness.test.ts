import { expect, it } from 'vitest'
import { minute } from '../../support/rush.ts'
import { simulate } from '../../support/simulate.ts'
import { fairnessOf, paper, paperTerm } from '../../support/term.ts'

const arrivals = paperTerm()

it('is the paper’s term: as many submissions, as many in the last two weeks, and no busier hour', () => {
  const students = arrivals.filter(({ team }) => team !== 'flood')
  const hours = new Map<number, number>()
  for (const { at } of students)
    hours.set(Math.floor(at / (60 * minute)), (hours.get(Math.floor(at / (60 * minute))) ?? 0) + 1)
  expect(Math.abs(students.length - paper.submissions)).toBeLessThan(200)
  expect(Math.abs(Math.max(...hours.values()) - paper.peakPerHour)).toBeLessThan(40)
  expect(new Set(students.map(({ team }) => team)).size).toBe(paper.teams)
})

it('spreads what is missing with 17 workers, where the busiest hours need 19', () => {
  const { percentiles, worstOverMedian, floodMedianMs } = fairnessOf(simulate({ arrivals, workers: 17 }))
  expect(percentiles['95']).toBeLessThan(2 * minute)
  expect(worstOverMedian).toBeLessThan(4)
  expect(floodMedianMs).toBeGreaterThan(15 * minute)
}, 300_000)
