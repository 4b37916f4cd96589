import { expect, it } from 'vitest'
import { newRowId } from '../../../core/records/row-id.ts'

it('sorts as it was made, however fast, and is never the same', () => {
  const ids = Array.from({ length: 10_000 }, newRowId)
  const times = ids.map((id) => id.slice(0, 16))
  expect(times).toEqual([...times].sort())
  expect(new Set(ids).size).toBe(ids.length)
})
