import { expect, it } from 'vitest'
import { createErrorWatch } from '../../../core/log/error-watch.ts'

it('finds an error in pieces that are no lines, each stream for itself', () => {
  const watch = createErrorWatch()
  watch.see('stderr', 'main.c:3:')
  watch.see('stdout', 'working…\n')
  expect(watch.found).toBeUndefined()
  watch.see('stderr', '1: error: expected ;\r\nmain.c:9:1: error: other\n')
  expect(watch.found).toEqual({ file: 'main.c', line: 3, message: 'expected ;' })
})

it('keeps only a short, clean part of what a stranger wrote', () => {
  const watch = createErrorWatch()
  watch.see('stderr', `a.c:1:1: error: ${'x'.repeat(2_000)}\u0007\n`)
  expect(watch.found?.message).toBe('x'.repeat(300))
})

it('does not grow with a line that never ends', () => {
  const watch = createErrorWatch()
  for (let n = 0; n < 100; n += 1) watch.see('stdout', 'x'.repeat(1_000))
  watch.see('stdout', '\na.c:1:1: error: late\n')
  expect(watch.found?.message).toBe('late')
})
