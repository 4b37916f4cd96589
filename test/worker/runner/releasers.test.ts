import { expect, it } from 'vitest'
import { createReleasers } from '../../../worker/runner/releasers.ts'

it('releases the newest first, all of them, and the failed ones again', async () => {
  const calls: string[] = []
  let broken = true
  const releasers = createReleasers()
  releasers.add(async () => void calls.push('first'))
  releasers.add(async () => {
    calls.push('second')
    if (broken) throw new Error('not now')
  })
  releasers.add(async () => void calls.push('third'))
  await expect(Promise.all([releasers.release(), releasers.release()])).rejects.toThrow('not now')
  expect(calls).toEqual(['third', 'second', 'first'])
  broken = false
  await releasers.release()
  await releasers.release()
  expect(calls).toEqual(['third', 'second', 'first', 'second'])
})
