import { expect, it } from 'vitest'
import { counted, createCounter, totalOf } from '../../bench/cost/counter.ts'
import { dollarsOf, prices } from '../../bench/cost/prices.ts'

it('prices each call by the longest name that fits, and others at nothing', () => {
  const list = [
    { calls: 's3 ', dollars: 1 },
    { calls: 's3 PUT', dollars: 10 },
  ]
  const calls = new Map([
    ['s3 GET', 3],
    ['s3 PUT', 2],
    ['redis all', 50],
  ])
  expect(dollarsOf(calls, list)).toBe(23)
})

it('knows what a million messages and a thousand uploads cost', () => {
  expect(dollarsOf(new Map([['sqs ReceiveMessage', 1_000_000]]), prices)).toBeCloseTo(0.4)
  expect(dollarsOf(new Map([['s3 PUT', 1_000]]), prices)).toBeCloseTo(0.005)
})

it('counts calls of what an object holds, and starts anew when they were taken', async () => {
  const counter = createCounter()
  const records = counted({ check: async () => 'fine', runs: { claim: (queue: string) => queue } }, 'records', counter)
  expect(records.runs.claim('a')).toBe('a')
  expect(await records.check()).toBe('fine')
  records.runs.claim('b')
  const calls = counter.take()
  expect(Object.fromEntries(calls)).toEqual({ 'records runs.claim': 2, 'records check': 1 })
  expect(totalOf(calls, 'records')).toBe(3)
  expect(totalOf(calls, 'chat')).toBe(0)
  expect(counter.take().size).toBe(0)
})
