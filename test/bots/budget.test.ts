import { describe, expect, it } from 'vitest'
import { type Clock, createBudget } from '../../bots/budget.ts'
import { ChatError } from '../../bots/chat.ts'

/** A clock that moves only when told, and callbacks that run in order on the way. */
function createVirtualClock() {
  let now = 0
  let timers: { readonly at: number; readonly callback: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
  }
  return {
    ...clock,
    async pass(ms: number) {
      const end = now + ms
      for (;;) {
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = end
    },
  }
}

const mostInAnyMinute = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length))

describe('with 200 live jobs and 50 edits a minute', () => {
  async function rushHour(minutes: number) {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 50, clock })
    const edits: { readonly job: string; readonly at: number }[] = []
    const waits: number[] = []
    for (let second = 0; second < minutes * 60; second += 1) {
      for (let job = 0; job < 200; job += 1) {
        void budget.spend(`${job}`, 'progress', async () => void edits.push({ job: `${job}`, at: clock.now() }))
      }
      if (second > 30 && second % 20 === 0) {
        const asked = clock.now()
        for (const last of ['a', 'b', 'c']) {
          void budget.spend(`v${second}${last}`, 'verdict', async () => {
            edits.push({ job: 'verdict', at: clock.now() })
            waits.push(clock.now() - asked)
          })
        }
      }
      await clock.pass(1_000)
    }
    budget.close()
    return { edits, waits }
  }

  it('never makes more calls in a minute than allowed, and uses them', async () => {
    const { edits } = await rushHour(10)
    const times = edits.map(({ at }) => at)
    expect(mostInAnyMinute(times)).toBeLessThanOrEqual(50)
    expect(edits.length).toBeGreaterThan(455)
  })

  it('lets verdicts through within seconds', async () => {
    const { waits } = await rushHour(10)
    expect(waits.length).toBeGreaterThan(80)
    expect(Math.max(...waits)).toBeLessThan(3_000)
  })

  it('gives every job its share', async () => {
    const { edits } = await rushHour(10)
    const counts = Array.from({ length: 200 }, (_, job) => edits.filter((edit) => edit.job === `${job}`).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })
})

describe('one job', () => {
  it('shows only the newest state when its turn comes', async () => {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 60, burst: 2, gapMs: 1_000, clock })
    const shown: number[] = []
    const served: Promise<string>[] = []
    for (let state = 0; state < 100; state += 1) {
      served.push(budget.spend('job', 'progress', async () => void shown.push(state)))
    }
    await clock.pass(3_000)
    expect(shown).toEqual([0, 99])
    expect(await Promise.all(served)).toEqual(['done', ...Array(98).fill('replaced'), 'done'])
  })

  it('keeps the higher priority of what was replaced', async () => {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 60, burst: 1, clock })
    const order: string[] = []
    void budget.spend('first', 'verdict', async () => void order.push('first'))
    void budget.spend('a', 'progress', async () => void order.push('a'))
    void budget.spend('b', 'click', async () => void order.push('b old'))
    void budget.spend('b', 'progress', async () => void order.push('b'))
    await clock.pass(10_000)
    expect(order).toEqual(['first', 'b', 'a'])
  })

  it('never has two calls under way', async () => {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 600, clock })
    let release = () => {}
    const slow = budget.spend(
      'job',
      'verdict',
      () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    )
    let second = false
    void budget.spend('job', 'verdict', async () => {
      second = true
    })
    await clock.pass(60_000)
    expect(second).toBe(false)
    release()
    expect(await slow).toBe('done')
    await clock.pass(10)
    expect(second).toBe(true)
  })
})

describe('a platform that says no', () => {
  it('is left alone as long as it asked for, then tried again more slowly', async () => {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 60, burst: 10, clock })
    const times: number[] = []
    let refusals = 1
    const work = async () => {
      times.push(clock.now())
      refusals -= 1
      if (refusals >= 0) throw new ChatError('later', '429', { retryAfterMs: 30_000 })
    }
    const served = budget.spend('job', 'verdict', work)
    void budget.spend('other', 'verdict', async () => undefined)
    await clock.pass(29_999)
    expect(times).toEqual([0])
    await clock.pass(1)
    expect(await served).toBe('done')
    for (let job = 0; job < 100; job += 1)
      void budget.spend(`${job}`, 'verdict', async () => void times.push(clock.now()))
    const before = times.length
    await clock.pass(60_000)
    expect(times.length - before).toBeGreaterThan(20)
    expect(times.length - before).toBeLessThan(45)
  })

  it('is given up on after ten refusals of the same thing', async () => {
    const clock = createVirtualClock()
    const budget = createBudget({ perMinute: 60, clock })
    let calls = 0
    const served = budget.spend('job', 'verdict', async () => {
      calls += 1
      throw new ChatError('later', 'busy')
    })
    const outcome = expect(served).rejects.toThrow('busy')
    await clock.pass(600_000)
    await outcome
    expect(calls).toBe(10)
  })

  it('passes on other failures, and goes on', async () => {
    const budget = createBudget({ perMinute: 60, clock: createVirtualClock() })
    await expect(budget.spend('a', 'verdict', () => Promise.reject(new ChatError('gone', 'x')))).rejects.toThrow('x')
    expect(await budget.spend('b', 'verdict', async () => undefined)).toBe('done')
  })
})

it('drops what a forgotten job wished', async () => {
  const clock = createVirtualClock()
  const budget = createBudget({ perMinute: 60, burst: 1, clock })
  await budget.spend('a', 'verdict', async () => undefined)
  const dropped = budget.spend('b', 'verdict', () => Promise.reject(new Error('was done')))
  budget.forget('b')
  expect(await dropped).toBe('replaced')
  await clock.pass(60_000)
})
