import { expect, test } from 'vitest'
import { withMachineLock } from '../../../bin/machine/lock.ts'

test.runIf(process.platform === 'linux')('actions under one name take turns, also when one of them fails', async () => {
  const events: string[] = []
  const name = `test-${process.pid}`
  const act = (id: number) =>
    withMachineLock(name, async () => {
      events.push(`begin ${id}`)
      await new Promise((resolve) => setImmediate(resolve))
      events.push(`end ${id}`)
      if (id === 1) throw new Error('on purpose')
    }).catch((error: unknown) => String(error))
  const outcomes = await Promise.all([act(0), act(1), act(2)])
  expect(events).toHaveLength(6)
  for (let i = 0; i < 6; i += 2) expect(events[i + 1]).toBe(events[i]?.replace('begin', 'end'))
  expect(outcomes).toEqual([undefined, 'Error: on purpose', undefined])
})

test.runIf(process.platform === 'linux')('actions under different names do not wait for each other', async () => {
  const inner = withMachineLock(`test-a-${process.pid}`, () =>
    withMachineLock(`test-b-${process.pid}`, async () => 'through'),
  )
  expect(await inner).toBe('through')
})
