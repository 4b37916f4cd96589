import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { freeOn } from '../../../core/metrics/disk.ts'

test('tells the free bytes of a folder that exists, and nothing of one that does not', async () => {
  expect(await freeOn(tmpdir())).toBeGreaterThan(0)
  expect(await freeOn('/nonexistent/folder')).toBeUndefined()
})
