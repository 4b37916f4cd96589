import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createRecords, type Records } from '../../../core/records/records.ts'
import { openSqlite } from '../../../core/records/sqlite.ts'
import { createSubmitterCredentials, type SubmitterCredentials } from '../../../core/repository/credentials.ts'
import { createGitHubApp } from '../../../core/repository/github-app.ts'
import { runGit } from '../../../core/source/git-process.ts'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import { openSource } from '../../../core/source/source.ts'
import { type GitServer, startGitServer } from '../../support/git-http.ts'
import { type GitHubStandIn, startGitHub } from '../../support/github/stand-in.ts'

/** Private repositories behind a real git server, whose tokens a GitHub App gives. */

let server: GitServer
let elsewhere: GitServer
let github: GitHubStandIn
let folder: string
let records: Records
let credentials: SubmitterCredentials

const course = { name: 'rai', repository: 'rai-org/{assignment}-{username}', assignments: [] }
const assignments = ['hw1', 'final'].map((name) => ({ name, title: name, quotas: [], requiredFiles: [], limits: {} }))

beforeAll(async () => {
  server = await startGitServer()
  elsewhere = await startGitServer()
})

afterAll(async () => {
  await server.close()
  await elsewhere.close()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-credentials-'))
  records = createRecords(await openSqlite({ path: join(folder, 'rai.db'), host: 'here' }))
  github = await startGitHub()
  credentials = createSubmitterCredentials({
    repositories: records.repositories,
    origin: server.url,
    provide: createGitHubApp({ api: github.url, appId: github.appId, privateKey: github.privateKey }),
  })
})

afterEach(async () => {
  await github.close()
  await records.close()
  await rm(folder, { recursive: true })
})

async function person(username: string, team?: string): Promise<string> {
  const { id } = await records.people.ensure({ username })
  await records.people.enrol(id, { course: 'rai', role: 'student', ...(team === undefined ? {} : { team }) })
  return id
}

/** A repository that only its own token opens. */
async function privateRepository(path: string): Promise<string> {
  await server.createRepository(path, [{ name: 'rai_build.yml', content: path }])
  const token = github.install(path)
  server.misbehave(path, { kind: 'sign-in', username: 'x-access-token', password: token })
  return token
}

let calls = 0

async function fetchAs(account: string, url: string) {
  calls += 1
  const scratch = await mkdtemp(join(folder, `scratch-${calls}-`))
  const source = await openSource(
    { kind: 'git', url },
    {
      limits: defaultSourceLimits,
      scratch,
      buildFileNames: ['rai_build.yml'],
      git: {
        allowHttp: true,
        allowPrivateAddresses: true,
        credentials: (address) => credentials(address, { account }, { ...course, assignments }),
      },
    },
  )
  await source.close()
  return source.buildFile?.text
}

it('fetches the submitter’s own private repository, with a token for just that one', async () => {
  const token = await privateRepository('rai-org/hw1-ada')
  expect(await fetchAs(await person('ada'), `${server.url}/rai-org/hw1-ada`)).toBe('rai-org/hw1-ada')
  expect(new Set(server.signIns)).toEqual(new Set([`Basic ${btoa(`x-access-token:${token}`)}`]))
})

it('fetches nobody else’s', async () => {
  await privateRepository('rai-org/hw1-bob')
  await person('bob')
  const before = github.requests.length
  await expect(fetchAs(await person('ada'), `${server.url}/rai-org/hw1-bob`)).rejects.toMatchObject({
    code: 'repository-not-found',
  })
  expect(github.requests.length).toBe(before)
})

it('fetches nothing for who is not in the course any more', async () => {
  await privateRepository('rai-org/final-eve')
  const { id } = await records.people.ensure({ username: 'eve' })
  await expect(fetchAs(id, `${server.url}/rai-org/final-eve`)).rejects.toMatchObject({ code: 'repository-not-found' })
})

it('carries no token to another host, nor to another’s repository, that it is redirected to', async () => {
  await elsewhere.createRepository('rai-org/hw1-cay', [{ name: 'rai_build.yml', content: 'public' }])
  elsewhere.misbehave('rai-org/hw1-cay', { kind: 'sign-in', username: 'x-access-token', password: 'any' })
  await privateRepository('rai-org/hw1-dan')
  const cay = await person('cay')
  github.install('rai-org/hw1-cay')
  const signedIn = server.signIns.length
  for (const to of [`${elsewhere.url}/rai-org/hw1-cay`, `${server.url}/rai-org/hw1-dan`]) {
    server.misbehave('rai-org/hw1-cay', { kind: 'redirect', to })
    await expect(fetchAs(cay, `${server.url}/rai-org/hw1-cay`)).rejects.toMatchObject({ code: 'repository-not-found' })
  }
  expect(elsewhere.requests.length).toBeGreaterThan(0)
  expect(elsewhere.signIns).toEqual([])
  expect(server.signIns.length).toBe(signedIn)
})

it('keeps the token out of the arguments and the environment of git and what it starts', async () => {
  const look = '!cat /proc/self/environ /proc/self/cmdline /proc/$PPID/environ /proc/$PPID/cmdline; tail -n1 <&3'
  const seen = await runGit(
    {
      options: {},
      cwd: folder,
      bytes: 1e6,
      deadline: Date.now() + 30_000,
      credentials: { username: 'u', password: 'p4ssw0rd' },
    },
    ['-c', `alias.look=${look}`, 'look'],
  )
  expect(seen).toMatch(/password=p4ssw0rd\n$/)
  expect(seen.replace('password=p4ssw0rd\n', '')).toContain('GIT_ASKPASS')
  expect(seen.replace('password=p4ssw0rd\n', '')).not.toContain('p4ssw0rd')
})
