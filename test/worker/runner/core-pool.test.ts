import { expect, it } from 'vitest'
import { createCorePool } from '../../../worker/runner/core-pool.ts'
import { createReleasers } from '../../../worker/runner/releasers.ts'

it('gives each run cores of its own, whole ones, until there are no more', async () => {
  const pool = createCorePool(4)
  const [first, second, third] = [createReleasers(), createReleasers(), createReleasers()]
  expect(pool.take(1.5, first)).toBe('0,1')
  expect(pool.take(0.5, second)).toBe('2')
  expect(pool.take(2, third)).toBeUndefined()
  await first.release()
  expect(pool.take(2, third)).toBe('3,0')
})
