import { beforeEach, expect, it } from 'vitest'
import { createRenewed } from '../../../core/aws/renewed.ts'

let now: number
let renewals: number
let failure: Error | undefined
let current: () => Promise<{ id: number; expiresAt: number }>

beforeEach(() => {
  now = 0
  renewals = 0
  failure = undefined
  current = createRenewed({
    renew: async () => {
      renewals += 1
      if (failure) throw failure
      return { id: renewals, expiresAt: now + 1_000 }
    },
    expiresAt: (value) => value.expiresAt,
    beforeMs: 200,
    retryMs: 50,
    now: () => now,
  })
})

it('keeps a value until shortly before its end', async () => {
  expect((await current()).id).toBe(1)
  now = 799
  expect((await current()).id).toBe(1)
  now = 801
  expect((await current()).id).toBe(2)
})

it('renews once for all who ask at once', async () => {
  const values = await Promise.all([current(), current(), current()])
  expect(values.map(({ id }) => id)).toEqual([1, 1, 1])
  expect(renewals).toBe(1)
})

it('goes on with the old value while it works, and does not ask again at once', async () => {
  await current()
  failure = new Error('STS is away')
  now = 850
  expect((await current()).id).toBe(1)
  expect((await current()).id).toBe(1)
  expect(renewals).toBe(2)
  now = 901
  expect((await current()).id).toBe(1)
  expect(renewals).toBe(3)
})

it('fails once the old value has ended, and recovers', async () => {
  await current()
  failure = new Error('STS is away')
  now = 1_000
  await expect(current()).rejects.toThrow('STS is away')
  failure = undefined
  expect((await current()).id).toBe(3)
})
