import { describe, expect, it } from 'vitest'
import { findDeepNesting } from '../../../core/buildfile/nesting.ts'

describe('findDeepNesting', () => {
  it.each([
    ['brackets', '['.repeat(65)],
    ['braces over several lines', '{a:\n'.repeat(65)],
    ['list items on one line', '- '.repeat(65)],
    ['keys on one line', 'a: '.repeat(65)],
    ['indentation', `${' '.repeat(129)}a`],
  ])('finds too many %s', (_name, text) => {
    expect(findDeepNesting(`rai:\n${text}`)).toMatchObject({ offset: expect.any(Number) })
  })

  it('says where the line begins', () => {
    expect(findDeepNesting(`rai:\n${'- '.repeat(65)}`)).toEqual({ offset: 5 })
  })

  it('leaves alone what only looks a little deep', () => {
    const script = `      if [ -f a ]; then ${'echo {}; '.repeat(100)} fi`
    expect(findDeepNesting(`commands:\n  build:\n    - |\n${script}\n    - ls --a --b -- c`)).toBeUndefined()
  })
})
