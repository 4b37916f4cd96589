import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuth0Api } from '../../../core/directory/auth0-api.ts'
import { createAuth0Directory } from '../../../core/directory/auth0-directory.ts'
import { rosterOf } from '../../../core/directory/auth0-roster.ts'
import { allUsers, userNamed } from '../../../core/directory/auth0-users.ts'
import { createDatabaseDirectory } from '../../../core/directory/directory.ts'
import { createRecords, type Records } from '../../../core/records/records.ts'
import { openSqlite } from '../../../core/records/sqlite.ts'
import { type Auth0StandIn, connection, type StandInUser, startAuth0 } from '../../support/auth0/stand-in.ts'

let auth0: Auth0StandIn

beforeEach(async () => {
  auth0 = await startAuth0()
})

afterEach(() => auth0.close())

function api(changes: { clientSecret?: string; patienceMs?: number } = {}) {
  return createAuth0Api({
    domain: auth0.url,
    clientId: auth0.clientId,
    clientSecret: auth0.clientSecret,
    ...changes,
  })
}

function add(username: string, changes: Partial<StandInUser> = {}): void {
  const at = Date.UTC(2020, 0, 1) + Math.floor(auth0.users.length / 3) * 1000
  auth0.users.push({
    user_id: `auth0|${username}`,
    username,
    email: `${username}@example.edu`,
    created_at: new Date(at).toISOString(),
    ...changes,
  })
}

const named = (username: string, client = api()) => userNamed(client, connection, username)

async function all() {
  const found = []
  for await (const user of allUsers(api(), connection)) found.push(user)
  return found
}

describe('the Management API', () => {
  it('is asked with one token, shared by calls at once', async () => {
    add('ada')
    const client = api()
    await Promise.all([named('ada', client), named('ada', client), named('bob', client)])
    expect(auth0.requests.filter((line) => line.includes('oauth'))).toHaveLength(1)
  })

  it('gets a new token where the old one was ended', async () => {
    add('ada')
    const client = api()
    await named('ada', client)
    auth0.revoke()
    expect((await named('ada', client))?.username).toBe('ada')
  })

  it('is asked again when its rate limit is over, as its headers say', async () => {
    add('ada')
    auth0.limit = { left: 0, windowMs: 300 }
    expect((await named('ada'))?.username).toBe('ada')
    expect(auth0.requests.filter((line) => line.includes('users')).length).toBeGreaterThan(1)
  })

  it('is given up when that would take too long', async () => {
    auth0.limit = { left: 0, windowMs: 60_000 }
    await expect(named('ada', api({ patienceMs: 500 }))).rejects.toMatchObject({ provider: 'auth0', retryable: true })
  })

  it('says what a wrong secret, or a client without the scope, lacks, and not the secret', async () => {
    const wrong = await named('ada', api({ clientSecret: 'wrong-one' })).catch((error: unknown) => error)
    expect(wrong).toMatchObject({
      provider: 'auth0',
      retryable: false,
      message: expect.stringContaining('Unauthorized'),
    })
    expect(String(wrong)).not.toContain('wrong-one')
    auth0.scope = 'read:clients'
    await expect(named('ada')).rejects.toThrow(/expected any of: read:users/)
  })

  it('gives everybody once, also beyond the 1,000 of one search', async () => {
    for (let n = 0; n < 2345; n += 1) add(`u${n}`)
    const found = await all()
    expect(found).toHaveLength(2345)
    expect(new Set(found.map(({ id }) => id)).size).toBe(2345)
  })

  it('asks for nothing that is no name', async () => {
    expect(await named('a" OR username:"ada')).toBeUndefined()
    expect(auth0.requests).toEqual([])
  })
})

describe('roles', () => {
  it.each([
    [{ user_metadata: { role: 'class' } }, 'class', undefined],
    [{ user_metadata: { role: 'Admin' } }, 'student', 'admin'],
    [{ user_metadata: { role: 'power' } }, 'student', 'power'],
    [{ user_metadata: { role: 'admin' }, app_metadata: { role: 'ta' } }, 'ta', undefined],
    [{ app_metadata: { role: 'nonsense' } }, 'guest', undefined],
    [{}, 'student', undefined],
  ] as const)('of %j are %s', async (metadata, role, claimed) => {
    add('ada', metadata)
    const user = await named('ada')
    expect([user?.role, user?.claimed]).toEqual([role, claimed])
  })
})

describe('the directory', () => {
  let folder: string
  let records: Records
  let now: number
  const identity = { platform: 'slack', workspace: 'T', user: 'U' }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rai-auth0-'))
    records = createRecords(await openSqlite({ path: join(folder, 'rai.db'), host: 'here' }))
    now = Date.now()
    const { id } = await records.people.ensure({ username: 'ada' })
    await records.people.enrol(id, { course: 'rai', role: 'student', team: 'blue' })
    await records.people.link(identity, id)
  })

  afterEach(async () => {
    await records.close()
    await rm(folder, { recursive: true })
  })

  function directory() {
    const client = api()
    return createAuth0Directory({
      database: createDatabaseDirectory(records.people),
      people: records.people,
      find: (username) => named(username, client),
      now: () => now,
    })
  }

  it('takes roles from Auth0, and the course and team from the records', async () => {
    add('ada', { app_metadata: { role: 'ta' } })
    const people = directory()
    const account = await people.identify(identity)
    if (account === undefined) throw new Error('nobody')
    expect(await people.inCourse(account, 'rai')).toMatchObject({ role: 'ta', rights: { staff: true }, team: 'blue' })
    expect(await people.standing(account.id, 'rai')).toMatchObject({ role: 'ta' })
    expect(await people.inCourse(account, 'other')).toBeUndefined()
    expect(await people.standing(account.id, 'other')).toMatchObject({ role: 'guest', rights: { staff: false } })
  })

  it('knows nobody who is blocked or gone there, within a minute', async () => {
    add('ada')
    const people = directory()
    expect(await people.identify(identity)).toMatchObject({ username: 'ada' })
    const [user] = auth0.users.splice(0)
    if (user !== undefined) auth0.users.push({ ...user, blocked: true })
    now += 61_000
    expect(await people.identify(identity)).toBeUndefined()
    auth0.users.splice(0)
    now += 61_000
    expect(await people.identify(identity)).toBeUndefined()
  })

  it('goes on for a quarter of an hour while Auth0 is away, and then no longer', async () => {
    add('ada')
    const people = directory()
    await people.identify(identity)
    auth0.down = 503
    now += 10 * 60_000
    expect(await people.identify(identity)).toMatchObject({ username: 'ada' })
    now += 6 * 60_000
    await expect(people.identify(identity)).rejects.toMatchObject({ provider: 'auth0', retryable: true })
  })

  it('does not ask for who works on the server itself', async () => {
    const { id } = await records.people.ensure({ username: 'root@server' })
    await records.people.enrol(id, { course: 'rai', role: 'instructor' })
    expect(await directory().standing(id, 'rai')).toMatchObject({ role: 'instructor' })
    expect(auth0.requests).toEqual([])
  })
})

it('becomes a roster, without who is blocked, and with a word about claimed roles', async () => {
  add('ada', {
    user_metadata: { firstname: 'Ada', lastname: 'Love, lace', affiliation: 'UIUC', role: 'admin', team: 'x' },
  })
  add('eve', { blocked: true })
  const { csv, count, notices } = await rosterOf(allUsers(api(), connection))
  expect(count).toBe(1)
  expect(csv.split('\r\n')[1]).toBe('"Love, lace","Ada","ada","ada@example.edu","student","UIUC","x"')
  expect(notices).toEqual([
    'ada has the role admin in user_metadata, which people may change themselves; they become student.',
    'eve is blocked in Auth0, and left out.',
  ])
})
