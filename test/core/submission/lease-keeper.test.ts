import { expect, it, vi } from 'vitest'
import { keepLease, LeaseLost } from '../../../core/submission/lease-keeper.ts'

const never = new AbortController().signal

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }))
}

it('starts nothing when the first renewal is refused or fails', async () => {
  await expect(keepLease({ leaseMs: 1000, renew: async () => false, signal: never })).rejects.toThrow(LeaseLost)
  const failing = async () => {
    throw new Error('no database')
  }
  await expect(keepLease({ leaseMs: 1000, renew: failing, signal: never })).rejects.toThrow(LeaseLost)
})

it('is lost at once when a renewal is refused', async () => {
  const renew = vi.fn(async () => renew.mock.calls.length === 1)
  const { lost } = await keepLease({ leaseMs: 90, renew, signal: never })
  expect(await aborted(lost)).toBeInstanceOf(LeaseLost)
  expect(renew).toHaveBeenCalledTimes(2)
})

it('survives renewals that fail for a while, and is lost before its end when they go on failing', async () => {
  const started = performance.now()
  const renew = vi.fn(async () => {
    if (renew.mock.calls.length > 1) throw new Error('no database')
    return true
  })
  const { lost } = await keepLease({ leaseMs: 600, renew, signal: never })
  await aborted(lost)
  expect(renew.mock.calls.length).toBeGreaterThan(1)
  expect(performance.now() - started).toBeGreaterThan(300)
})

it('stops renewing when the work is done', async () => {
  const done = new AbortController()
  const renew = vi.fn(async () => true)
  const { lost } = await keepLease({ leaseMs: 30, renew, signal: done.signal })
  done.abort()
  const calls = renew.mock.calls.length
  await new Promise((resolve) => setImmediate(resolve))
  expect(renew.mock.calls.length).toBe(calls)
  expect(lost.aborted).toBe(false)
})
