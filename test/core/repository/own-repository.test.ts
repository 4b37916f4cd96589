import { describe, expect, it } from 'vitest'
import {
  canonicalPath,
  isOwnRepository,
  type Owner,
  type RepositoryNames,
} from '../../../core/repository/own-repository.ts'

const taken = { username: ['ada', 'bob', 'x-ada', 'eve'], team: ['blue'] }
const names: RepositoryNames = {
  origin: 'https://github.com',
  pattern: 'ece408/{assignment}-{username}',
  assignments: ['hw1', 'hw1-x', 'final'],
  isTaken: async (kind, name) => taken[kind].includes(name.toLowerCase()),
}
const ada: Owner = { username: 'ada', repo: 'https://github.com/Ada/project.git' }
const own = (url: string, changes: Partial<RepositoryNames> = {}, owner = ada) =>
  isOwnRepository(url, owner, { ...names, ...changes })

describe('a submitter’s own repository', () => {
  it.each([
    'https://github.com/Ada/project',
    'https://github.com/ada/PROJECT.git',
    'https://GitHub.com/Ada/project/',
    'https://github.com:443/Ada/project',
    'https://github.com/Ada/project/tree/main/src',
    'github.com/Ada/project#main',
    'https://github.com/ece408/hw1-ada',
    'https://github.com/ECE408/Final-Ada.git',
    'https://github.com/ece408/hw1%2Dada',
  ])('is %s', async (url) => {
    expect(await own(url)).toBe(true)
  })

  it.each([
    ['somebody else’s', 'https://github.com/ece408/hw1-bob'],
    ['somebody else’s of the roster', 'https://github.com/bob/project'],
    ['another host', 'https://github.com.evil.example/Ada/project'],
    ['another host that looks alike', 'https://gıthub.com/Ada/project'],
    ['another port', 'https://github.com:8443/Ada/project'],
    ['another protocol', 'http://github.com/Ada/project'],
    ['ssh', 'git@github.com:Ada/project.git'],
    ['a user in the address', 'https://github.com@evil.example/Ada/project'],
    ['credentials in the address', 'https://ada:x@github.com/Ada/project'],
    ['letters that look alike', 'https://github.com/ece408/hw1-аda'],
    ['a second suffix', 'https://github.com/ece408/hw1-ada.git.git'],
    ['an encoded slash', 'https://github.com/ece408%2Fhw1-ada'],
    ['an encoded way up', 'https://github.com/ece408/hw1-ada/%2e%2e/hw1-bob'],
    ['a way up', 'https://github.com/ece408/hw1-ada/../hw1-bob'],
    ['double encoding', 'https://github.com/ece408/hw1%252Dada'],
    ['a longer path', 'https://github.com/ece408/hw1-ada/hw1-bob'],
    ['another organisation', 'https://github.com/evil/hw1-ada'],
    ['an assignment that the course does not have', 'https://github.com/ece408/hw9-ada'],
    ['a name before it', 'https://github.com/ece408/xhw1-ada'],
    ['a name after it', 'https://github.com/ece408/hw1-adaa'],
    ['no address', 'ada'],
  ])('is not %s', async (_what, url) => {
    expect(await own(url)).toBe(false)
  })

  it('is not what could be somebody else’s, whose name ends the same', async () => {
    expect(await own('https://github.com/ece408/hw1-x-ada')).toBe(false)
    expect(await own('https://github.com/ece408/hw1-x-ada', {}, { username: 'x-ada' })).toBe(false)
    expect(await own('https://github.com/ece408/hw1-x-eve', {}, { username: 'eve' })).toBe(true)
  })

  it('is of the assignment that is submitted for', async () => {
    expect(await own('https://github.com/ece408/final-ada', { assignment: 'hw1' })).toBe(false)
    expect(await own('https://github.com/ece408/final-ada', { assignment: 'final' })).toBe(true)
  })

  it('may be a team’s, for its members alone', async () => {
    const pattern = 'ece408/{assignment}-{team}'
    const url = 'https://github.com/ece408/hw1-blue'
    expect(await own(url, { pattern }, { username: 'ada', team: 'blue' })).toBe(true)
    expect(await own(url, { pattern }, { username: 'blue' })).toBe(false)
    expect(await own(url, { pattern }, { username: 'ada', team: '../blue' })).toBe(false)
  })

  it('is nobody’s where the pattern names nobody, or there is none', async () => {
    expect(await own('https://github.com/ece408/hw1', { pattern: 'ece408/{assignment}' })).toBe(false)
    const { pattern: _, ...without } = names
    expect(await isOwnRepository('https://github.com/ece408/hw1-ada', ada, without)).toBe(false)
  })

  it('is told by case where the host does so', async () => {
    const origin = 'https://git.example.edu'
    const owner = { username: 'ada', repo: `${origin}/Ada/project` }
    expect(await own(`${origin}/Ada/project.git`, { origin }, owner)).toBe(true)
    expect(await own(`${origin}/ada/project`, { origin }, owner)).toBe(false)
  })

  it('is not where the roster names a repository on another host', () => {
    expect(canonicalPath('https://evil.example/Ada/project', 'https://github.com')).toBeUndefined()
  })
})

describe('with a pattern of an assignment’s own', () => {
  const mixed = { patterns: new Map([['final', 'ece408/{assignment}-{team}']]) }
  const inBlue: Owner = { ...ada, team: 'blue' }

  it('the assignment’s counts for it, and the course’s for the others', async () => {
    expect(await own('https://github.com/ece408/final-blue', mixed, inBlue)).toBe(true)
    expect(await own('https://github.com/ece408/final-ada', mixed, inBlue)).toBe(false)
    expect(await own('https://github.com/ece408/hw1-ada', mixed, inBlue)).toBe(true)
    expect(await own('https://github.com/ece408/hw1-blue', mixed, inBlue)).toBe(false)
    expect(await own('https://github.com/ece408/final-blue', mixed)).toBe(false)
    expect(await own('https://github.com/ece408/final-blue', { ...mixed, assignment: 'hw1' }, inBlue)).toBe(false)
    expect(await own('https://github.com/ece408/final-blue', { ...mixed, assignment: 'final' }, inBlue)).toBe(true)
  })

  it('what could be a team’s by it is nobody’s by the other', async () => {
    const taken = { ...mixed, assignments: ['hw1', 'x', 'final'], patterns: new Map([['x', 'ece408/hw1-{team}']]) }
    const called: Owner = { username: 'blue' }
    expect(await own('https://github.com/ece408/hw1-blue', taken, called)).toBe(false)
    expect(await own('https://github.com/ece408/final-blue', taken, called)).toBe(true)
  })

  it('a course pattern without an assignment gives way to it', async () => {
    const plain = { ...mixed, pattern: 'ece408/{username}' }
    expect(await own('https://github.com/ece408/ada', plain, inBlue)).toBe(true)
    expect(await own('https://github.com/ece408/ada', { ...plain, assignment: 'hw1' }, inBlue)).toBe(true)
    expect(await own('https://github.com/ece408/ada', { ...plain, assignment: 'final' }, inBlue)).toBe(false)
  })
})
