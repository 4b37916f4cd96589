import { expect, test } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { createAllowList } from '../../../core/images/allow-list.ts'
import { namespaceOf } from '../../../core/images/owner.ts'

const ada = { course: 'ece408', account: 'ada' }
const rocket = { course: 'ece408', account: 'ada', team: 'rocket' }
const digest = `sha256:${'a'.repeat(64)}`
const other = `sha256:${'b'.repeat(64)}`

function check(patterns: readonly string[], image: string, owner = ada): string {
  try {
    return createAllowList({ patterns, always: ['course:1'] }).check(image, owner)
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

test.each([
  [[], 'course:1', 'course:1'],
  [['gcc'], 'gcc', 'gcc:latest'],
  [['gcc'], 'docker.io/library/gcc:latest', 'gcc:latest'],
  [['docker.io/gcc:13'], 'gcc:13', 'gcc:13'],
  [['gcc:1?'], 'gcc:13', 'gcc:13'],
  [['nvidia/*'], 'nvidia/cuda:12.4.1-devel', 'nvidia/cuda:12.4.1-devel'],
  [['ghcr.io/course/**'], 'ghcr.io/course/a/b:1', 'ghcr.io/course/a/b:1'],
  [[`gcc@${digest}`], `gcc@${digest}`, `gcc@${digest}`],
  [['gcc:*'], `gcc:13@${digest}`, `gcc:13@${digest}`],
  [['**'], 'host.example:5000/any/thing', 'host.example:5000/any/thing:latest'],
])('with the list %j, %s is allowed', (patterns, image, full) => {
  expect(check(patterns, image)).toBe(full)
})

test.each([
  [[], 'gcc'],
  [['gcc'], 'gcc:13'],
  [['gcc:13'], 'other/gcc:13'],
  [['gcc:13'], 'evil.example/gcc:13'],
  [['nvidia/*'], 'nvidia/deep/cuda:1'],
  [['nvidia/*'], 'evil.example/nvidia/cuda:1'],
  [['!gcc'], 'clang:1'],
  // The tag proves nothing about what a digest names.
  [['gcc:13'], `gcc:13@${digest}`],
  [['gcc:1*'], `gcc:13@${digest}`],
  [[`gcc@${digest}`], `gcc@${other}`],
])('with the list %j, %s is refused', (patterns, image) => {
  expect(check(patterns, image)).toBe('image-not-allowed')
})

test.each([digest, 'b'.repeat(64), '../x', 'gcc:13 ', 'GCC', '', 'a'.repeat(300), 'gcc@sha256:12'])(
  'what is no name, or might be an id, is refused whatever the list says: %s',
  (image) => {
    expect(check(['**'], image)).toBe('bad-image-name')
  },
)

test('a short id becomes a name with a tag, which is never taken for an id', () => {
  expect(check(['**'], 'b0c1d2e3f4a5')).toBe('b0c1d2e3f4a5:latest')
})

test('an image of a team is for that team alone, whatever the list and the registry say', () => {
  const image = `${namespaceOf(rocket)}/app:1`
  expect(check([], image, rocket)).toBe(image)
  expect(check(['**'], image, ada)).toBe('private-image')
  expect(check(['**'], `registry.example/rai/rai/ece408/team-rocket/app`, ada)).toBe('private-image')
  expect(check(['**'], image, { ...rocket, course: 'ece2' })).toBe('private-image')
})

test('two owners never share a namespace', () => {
  const owners = ['ada', 'Ada', 'a-da', 'a.da', 'a da', 'ä', '']
  const names = owners.flatMap((text) => [
    namespaceOf({ course: 'c', account: text }),
    namespaceOf({ course: 'c', account: 'x', team: text }),
  ])
  expect(new Set(names).size).toBe(names.length)
})

test('the refusal says what is allowed, and what may have been meant', () => {
  const list = createAllowList({ patterns: ['gcc:13', 'nvidia/cuda:*'], always: ['course:1'] })
  expect(() => list.check('gcc:12', ada)).toThrow(
    'The image "gcc:12" is not one that this course runs. Did you mean gcc:13? Allowed: course:1, gcc:13 and nvidia/cuda:*.',
  )
})
