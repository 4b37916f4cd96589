import { expect, it } from 'vitest'
import { checkGit, isRecent } from '../../../core/source/git-version.ts'

it('git is there, and recent enough to be held to an address', async () => {
  expect(isRecent(await checkGit())).toBe(true)
})

it.each([
  ['2.37.0', true],
  ['2.39.5', true],
  ['3.0', true],
  ['2.36.6', false],
  ['1.99', false],
])('git %s is recent: %s', (version, recent) => {
  expect(isRecent(version)).toBe(recent)
})
