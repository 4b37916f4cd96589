import { expect, it } from 'vitest'
import type { Goal } from '../../bench/bench.ts'
import { tableOf } from '../../bench/report.ts'
import { inTurns, spreadOf } from '../../bench/spread.ts'

it('says between which samples nine of ten lie, in whatever order they came', () => {
  const samples = Array.from({ length: 101 }, (_, index) => (index * 37) % 101)
  expect(spreadOf(samples)).toEqual({ count: 101, least: 0, low: 10, median: 50, high: 90, most: 100 })
  expect(spreadOf([7])).toEqual({ count: 1, least: 7, low: 7, median: 7, high: 7, most: 7 })
})

it('measures in turns, the order turned around each time, without the first round', async () => {
  const order: string[] = []
  let next = 0
  const subject = (name: string) => async () => {
    order.push(name)
    next += 1
    return next
  }
  const samples = await inTurns(2, { ours: subject('ours'), floor: subject('floor') })
  expect(order).toEqual(['ours', 'floor', 'floor', 'ours', 'ours', 'floor'])
  expect(samples).toEqual({ ours: [4, 5], floor: [3, 6] })
})

it('compares medians, and knows which way a goal points', () => {
  const finding = { measure: 'x', unit: 'ms', ours: spreadOf([1, 2, 30]), floor: spreadOf([4, 4, 4]) }
  const lastRow = (goal?: Goal) =>
    tableOf([{ ...finding, ...(goal === undefined ? {} : { goal }) }])
      .split('\n')
      .at(-1)
  expect(lastRow()).toMatch(/ 0\.50$/)
  expect(lastRow({ kind: 'at most', value: 0.5 })).toMatch(/ 0\.50 .*at most 0\.5 +met$/)
  expect(lastRow({ kind: 'at least', value: 0.6 })).toMatch(/at least 0\.6 +NOT MET$/)
})
