import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGitHubApp } from '../../../core/repository/github-app.ts'
import { type GitHubStandIn, startGitHub } from '../../support/github/stand-in.ts'

let github: GitHubStandIn

beforeEach(async () => {
  github = await startGitHub()
})

afterEach(() => github.close())

const app = (changes: { privateKey?: string; now?: () => number } = {}) =>
  createGitHubApp({ api: github.url, appId: github.appId, privateKey: github.privateKey, ...changes })

it('gives a token for one repository, once for callers at once and for later ones', async () => {
  const token = github.install('ece408/hw1-ada')
  const credentials = app()
  const given = await Promise.all([credentials('ece408/hw1-ada'), credentials('ece408/hw1-ada')])
  expect(given).toEqual([given[0], { username: 'x-access-token', password: token }])
  expect(await credentials('ece408/hw1-ada')).toBe(given[0])
  expect(github.requests).toEqual(['GET /repos/ece408/hw1-ada/installation', 'POST /app/installations/1/access_tokens'])
})

it('asks anew before a token ends', async () => {
  github.install('ece408/hw1-ada')
  let now = Date.now()
  const credentials = app({ now: () => now })
  await credentials('ece408/hw1-ada')
  now += 51 * 60_000
  await credentials('ece408/hw1-ada').catch(() => undefined)
  expect(github.requests.length).toBeGreaterThan(2)
})

it('gives none for what the App is not installed for, and asks for nothing that is no name', async () => {
  github.install('ece408/hw1-ada')
  const credentials = app()
  expect(await credentials('ece408/hw1-bob')).toBeUndefined()
  expect(await credentials('a/b/c')).toBeUndefined()
  for (const path of ['../app', 'ece408/..', './x']) expect(await credentials(path)).toBeUndefined()
  expect(github.requests.filter((line) => !line.includes('hw1-bob'))).toEqual([])
})

it.each([
  [429, {}, true],
  [403, { 'x-ratelimit-remaining': '0' }, true],
  [403, { 'retry-after': '60' }, true],
  [500, {}, true],
  [403, {}, false],
])('meets HTTP %i with %j as a failure that may pass: %s', async (status, headers, retryable) => {
  github.install('ece408/hw1-ada')
  github.fail({ status, headers })
  await expect(app()('ece408/hw1-ada')).rejects.toMatchObject({ provider: 'github', retryable })
})

it('shows neither a wrong key nor a right one', async () => {
  github.install('ece408/hw1-ada')
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  await expect(app({ privateKey: other.toString() })('ece408/hw1-ada')).rejects.toThrow(/HTTP 401$/)
  const broken = `-----BEGIN RSA PRIVATE KEY-----\n${'c2VjcmV0'.repeat(20)}\n-----END RSA PRIVATE KEY-----\n`
  const failed = await app({ privateKey: broken })('ece408/hw1-ada').catch((error: unknown) => error)
  expect(failed).toMatchObject({ provider: 'github', retryable: false })
  expect(String(failed)).not.toContain('c2VjcmV0')
})
