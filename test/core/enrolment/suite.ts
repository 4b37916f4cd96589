import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialKeys, openSealed } from '../../../core/directory/credential-keys.ts'
import { createVerifier } from '../../../core/directory/credentials.ts'
import { type ApplyOptions, applyPlan } from '../../../core/enrolment/apply.ts'
import type { DeliveryWay } from '../../../core/enrolment/channel.ts'
import { issueFor, issueShown } from '../../../core/enrolment/issue.ts'
import { planEnrolment } from '../../../core/enrolment/plan.ts'
import { readRoster } from '../../../core/enrolment/roster.ts'
import { Refusal } from '../../../core/errors.ts'
import type { Database } from '../../../core/records/database.ts'
import type { ClaimedDelivery } from '../../../core/records/enrolment-claims.ts'
import { createRecords, type Records } from '../../../core/records/records.ts'

export interface EnrolmentFixture {
  open(): Promise<Database>
  dispose(): Promise<void>
}

const keys = credentialKeys('a secret of the course')
const courses = ['ece408', 'cs100']
const header = 'username,email,firstname,lastname,team,slack,course,expires\n'

/** Enrolment on a real database; every one RAI runs on passes it. */
export function describeEnrolment(name: string, create: () => Promise<EnrolmentFixture>): void {
  describe(`enrolment on ${name}`, () => {
    let fixture: EnrolmentFixture
    let database: Database
    let records: Records

    beforeEach(async () => {
      fixture = await create()
      database = await fixture.open()
      records = createRecords(database)
    })

    afterEach(async () => {
      await records.close()
      await fixture.dispose()
    })

    function plan(rows: string) {
      const roster = readRoster(Buffer.from(header + rows), { courses, course: 'ece408', now: Date.now() })
      return planEnrolment(roster, records.enrolment)
    }

    async function enrol(
      rows: string,
      deliver: DeliveryWay = 'mail',
      options: Pick<ApplyOptions, 'keepMissing' | 'reach'> = {},
    ) {
      return applyPlan(await plan(rows), { records: records.enrolment, keys, actor: 'prof', deliver, ...options })
    }

    function claim(channel: 'mail' | 'file' | 'slack' = 'mail'): Promise<ClaimedDelivery[]> {
      return records.enrolment.deliveries.claim({ channel, limit: 1000, leaseMs: 60_000 })
    }

    function opened({ id, sealed, accessKey }: ClaimedDelivery): [string, string] {
      return [accessKey, openSealed(sealed, id, keys) ?? '']
    }

    async function accountOf(username: string): Promise<string> {
      const account = await records.people.byUsername(username)
      if (account === undefined) throw new Error(`there is no ${username}`)
      return account.id
    }

    const verify = (accessKey: string, secretKey: string, source = 'slack:T:U') =>
      createVerifier({ guesses: records.enrolment.guesses, people: records.people, keys })(accessKey, secretKey, source)

    async function refusalOf(work: Promise<unknown>): Promise<string> {
      const thrown = await work.then(
        () => 'nothing was refused',
        (error: unknown) => error,
      )
      return thrown instanceof Refusal ? thrown.code : String(thrown)
    }

    test('plans without changing anything, then does it, and does nothing twice', async () => {
      const rows = 'ada,ada@x.edu,Ada,L,red\nbob,bob@x.edu,Bob,B,red\n'
      expect((await plan(rows)).people.map(({ kind }) => kind)).toEqual(['new', 'new'])
      expect(await records.people.byUsername('ada')).toBeUndefined()
      expect(await enrol(rows)).toEqual({ issued: 2, removed: 0 })
      expect((await plan(rows)).people.map(({ kind }) => kind)).toEqual(['unchanged', 'unchanged'])
      expect(await enrol(rows)).toEqual({ issued: 0, removed: 0 })
      expect(await claim()).toHaveLength(2)
      expect(await records.people.memberships(await accountOf('ada'))).toEqual([
        { course: 'ece408', role: 'student', team: 'red' },
      ])
    })

    test('issues nothing twice when two instructors enrol at once', async () => {
      const rows = Array.from({ length: 60 }, (_, i) => `u${i},u${i}@x.edu`).join('\n')
      const done = await Promise.all([enrol(rows), enrol(rows), enrol(rows)])
      expect(done.reduce((sum, { issued }) => sum + issued, 0)).toBe(60)
    })

    test('goes on where it was interrupted', async () => {
      const rows = Array.from({ length: 120 }, (_, i) => `u${i},u${i}@x.edu`).join('\n')
      const interrupt = new AbortController()
      const options = {
        records: records.enrolment,
        keys,
        actor: 'prof',
        deliver: 'mail',
        signal: interrupt.signal,
      } as const
      const half = applyPlan(await plan(rows), { ...options, onProgress: () => interrupt.abort() })
      await expect(half).rejects.toThrow('abort')
      expect((await plan(rows)).people.filter(({ kind }) => kind === 'new')).toHaveLength(70)
      expect(await enrol(rows)).toEqual({ issued: 70, removed: 0 })
      expect(new Set((await claim()).map(({ account }) => account)).size).toBe(120)
    })

    test('says what changed, and changes it', async () => {
      await enrol('ada,ada@x.edu,Ada,L,red')
      const next = 'ada,lovelace@x.edu,Ada,King,blue,U024BE7LH,,2999-01-31'
      const { people } = await plan(next)
      expect(people[0]).toMatchObject({
        kind: 'changed',
        changes: [
          'lastname: L → King',
          'email: ada@x.edu → lovelace@x.edu',
          'team: red → blue',
          'slack: none → U024BE7LH',
          'expires: none → 2999-01-31',
        ],
      })
      await enrol(next)
      expect((await plan(next)).people[0]?.kind).toBe('unchanged')
      expect((await claim()).map(({ address, person }) => [address, person.team])).toEqual([['lovelace@x.edu', 'blue']])
    })

    test('takes away from the missing their access, and no record', async () => {
      await enrol('ada,ada@x.edu\nbob,bob@x.edu')
      const [pair] = (await claim()).filter(({ person }) => person.username === 'bob').map(opened)
      const bob = await accountOf('bob')
      const identity = { platform: 'slack', workspace: 'T', user: 'U1' }
      await records.people.link(identity, bob)
      expect((await plan('ada,ada@x.edu')).missing.map(({ username }) => username)).toEqual(['bob'])
      expect(await enrol('ada,ada@x.edu')).toEqual({ issued: 0, removed: 1 })
      expect(await records.people.memberships(bob)).toEqual([])
      expect(await records.people.byIdentity(identity)).toBeUndefined()
      expect(await refusalOf(verify(...(pair ?? ['', ''])))).toBe('wrong-credentials')
      expect(await records.people.byUsername('bob')).toBeDefined()
      expect((await plan('ada,ada@x.edu\nbob,bob@x.edu')).people[1]).toMatchObject({
        kind: 'new',
        changes: ['comes back'],
      })
      expect(await enrol('ada,ada@x.edu\nbob,bob@x.edu')).toEqual({ issued: 1, removed: 0 })
    })

    test('leaves alone who is missing from one course and is in another', async () => {
      await enrol('ada,ada@x.edu,,,,,ece408\nada,ada@x.edu,,,,,cs100\nbob,bob@x.edu,,,,,ece408')
      const [pair] = (await claim()).filter(({ person }) => person.username === 'ada').map(opened)
      await enrol('bob,bob@x.edu,,,,,ece408')
      expect(await records.people.memberships(await accountOf('ada'))).toEqual([{ course: 'cs100', role: 'student' }])
      expect((await verify(...(pair ?? ['', '']))).account.username).toBe('ada')
    })

    test('takes nobody for missing whose row is bad, nor anybody where a row is unreadable', async () => {
      await enrol('ada,ada@x.edu\nbob,bob@x.edu\neve,eve@x.edu')
      expect((await plan('ada,ada@x.edu\nbob,nope')).missing.map(({ username }) => username)).toEqual(['eve'])
      const doubtful = await plan('ada,ada@x.edu\n???,bob@x.edu')
      expect(doubtful.missing).toEqual([])
      expect(doubtful.notices[0]).toContain('nobody counts as missing')
    })

    test('does not send keys to an address that is somebody else’s', async () => {
      await enrol('ada,ada@x.edu,,,,,cs100')
      expect((await plan('eve,ADA@x.edu')).bad).toEqual([
        { line: 2, username: 'eve', reasons: ['email is that of ada, who has an account already'] },
      ])
    })

    test('ends a membership on the day the roster says', async () => {
      await enrol('ada,ada@x.edu,,,,,,2999-01-31')
      const ada = await accountOf('ada')
      await database.write((session) => session.updateTable('membership').set({ expires_at: 1 }).execute())
      expect(await records.people.memberships(ada)).toEqual([])
    })

    test('verifies keys, and tells nothing about wrong ones', async () => {
      await enrol('ada,ada@x.edu')
      const [accessKey = '', secretKey = ''] = (await claim()).map(opened)[0] ?? []
      expect((await verify(accessKey, ` ${secretKey}\n`)).account.username).toBe('ada')
      expect(await refusalOf(verify(accessKey, 'rais_no'))).toBe('wrong-credentials')
      expect(await refusalOf(verify('raia_none', secretKey))).toBe('wrong-credentials')
      await database.write((session) => session.updateTable('credential').set({ expires_at: 1 }).execute())
      expect(await refusalOf(verify(accessKey, secretKey))).toBe('credentials-expired')
    })

    test('slows guessing by who asks, also with many at once', async () => {
      await enrol('ada,ada@x.edu')
      const [accessKey = '', secretKey = ''] = (await claim()).map(opened)[0] ?? []
      const guesses = Array.from({ length: 20 }, (_, i) => refusalOf(verify(`raia_${i}`, 'no', 'slack:T:EVE')))
      const codes = await Promise.all(guesses)
      expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(5)
      expect(await refusalOf(verify(accessKey, secretKey, 'slack:T:EVE'))).toBe('too-many-guesses')
      expect((await verify(accessKey, secretKey, 'slack:T:ADA')).account.username).toBe('ada')
    })

    test('slows guessing by whose key it is, wherever the guesses come from', async () => {
      await enrol('ada,ada@x.edu')
      const [accessKey = '', secretKey = ''] = (await claim()).map(opened)[0] ?? []
      const codes = []
      for (let i = 0; i < 11; i += 1) codes.push(await refusalOf(verify(accessKey, 'no', `slack:T:U${i}`)))
      expect(codes.at(-1)).toBe('too-many-guesses')
      await database.write((session) => session.updateTable('guess').set({ next_at: 0 }).execute())
      expect((await verify(accessKey, secretKey, 'slack:T:NEW')).account.username).toBe('ada')
    })

    test('keeps nothing of keys that somebody made up', async () => {
      for (let i = 0; i < 4; i += 1) await refusalOf(verify(`raia_${i}`, 'no', 'slack:T:EVE'))
      const rows = await database.read((session) => session.selectFrom('guess').select('name').execute())
      expect(rows).toEqual([{ name: 'source:slack:T:EVE' }])
    })

    test('rotates with an overlap, in which both pairs fit', async () => {
      await enrol('ada,ada@x.edu')
      const account = await accountOf('ada')
      const [old] = (await claim()).map(opened)
      const shown = issueShown({ account, course: 'ece408', keys })
      const rotate = { account, actor: 'prof', overlapMs: 60_000 }
      await records.enrolment.credentials.rotate({ ...rotate, issue: () => shown.issue })
      expect((await verify(...(old ?? ['', '']))).account.username).toBe('ada')
      expect((await verify(shown.pair.accessKey, shown.pair.secretKey)).account.username).toBe('ada')
      const again = issueShown({ account, course: 'ece408', keys })
      await records.enrolment.credentials.rotate({ ...rotate, overlapMs: 0, issue: () => again.issue })
      expect(await refusalOf(verify(...(old ?? ['', ''])))).toBe('credentials-expired')
      expect((await verify(again.pair.accessKey, again.pair.secretKey)).account.username).toBe('ada')
    })

    test('a rotation cancels what was on its way', async () => {
      await enrol('ada,ada@x.edu')
      const account = await accountOf('ada')
      const issue = () => issueFor({ account, course: 'ece408', keys }, { channel: 'mail', address: 'ada@x.edu' })
      await records.enrolment.credentials.rotate({ account, actor: 'prof', overlapMs: 0, issue })
      const states = await database.read((session) =>
        session.selectFrom('credential_delivery').select(['state', 'sealed']).orderBy('state').execute(),
      )
      expect(states.map(({ state, sealed }) => [state, sealed !== null])).toEqual([
        ['cancelled', false],
        ['waiting', true],
      ])
    })

    test('a revocation ends keys and sign-ins, and running the roster again does not undo it', async () => {
      await enrol('ada,ada@x.edu')
      const account = await accountOf('ada')
      const [pair] = (await claim()).map(opened)
      const identity = { platform: 'discord', workspace: 'G', user: '1' }
      await records.people.link(identity, account)
      expect(await records.enrolment.credentials.revoke(account, 'prof')).toBe(1)
      expect(await refusalOf(verify(...(pair ?? ['', ''])))).toBe('wrong-credentials')
      expect(await records.people.byIdentity(identity)).toBeUndefined()
      expect(await enrol('ada,ada@x.edu')).toEqual({ issued: 0, removed: 0 })
    })

    test('closing an account ends everything it may do', async () => {
      await enrol('ada,ada@x.edu')
      const account = await accountOf('ada')
      await records.enrolment.close(account, 'prof')
      expect((await records.people.byUsername('ada'))?.disabled).toBe(true)
      expect(await records.people.memberships(account)).toEqual([])
      expect(await claim()).toEqual([])
    })

    test('writes all of it into an audit trail that the database itself will not change', async () => {
      await enrol('ada,ada@x.edu')
      const account = await accountOf('ada')
      await records.enrolment.credentials.revoke(account, 'prof')
      const trail = await records.audit.ofSubject(account, 10)
      expect(trail.map(({ actor, action }) => `${actor} ${action}`)).toEqual(
        expect.arrayContaining(['prof enrolment.put', 'prof credential.issue', 'prof credential.revoke']),
      )
      const change = database.write((session) => session.updateTable('audit').set({ actor: 'nobody' }).execute())
      await expect(change).rejects.toThrow('only ever added')
      const removal = database.write((session) => session.deleteFrom('audit').execute())
      await expect(removal).rejects.toThrow('only ever added')
    })

    test('gives a delivery to one process at a time, and again when that one died', async () => {
      await enrol(Array.from({ length: 30 }, (_, i) => `u${i},u${i}@x.edu`).join('\n'))
      const [one, two] = await Promise.all([claim(), claim()])
      expect([one.length, two.length].sort((a, b) => a - b)).toEqual([0, 30])
      const dead = [...one, ...two]
      await database.write((session) => session.updateTable('credential_delivery').set({ lease_until: 1 }).execute())
      const again = await claim()
      expect(again.map(({ sealed }) => sealed).sort()).toEqual(dead.map(({ sealed }) => sealed).sort())
      const [first, second] = [dead[0], again.find(({ id }) => id === dead[0]?.id)]
      if (first === undefined || second === undefined) throw new Error('nothing was claimed')
      const { deliveries } = records.enrolment
      expect(await deliveries.settle(first, { state: 'accepted', message: 'late' })).toBe(false)
      expect(await deliveries.settle(second, { state: 'accepted', message: 'in time' })).toBe(true)
    })

    test('wipes the sealed secret once it is accepted or given up, and keeps it for later', async () => {
      await enrol('a,a@x.edu\nb,b@x.edu\nc,c@x.edu')
      const claimed = await claim()
      const [a, b, c] = ['a', 'b', 'c'].map((name) => claimed.find(({ person }) => person.username === name))
      if (!a || !b || !c) throw new Error('nothing was claimed')
      await records.enrolment.deliveries.settleAll([
        { ...a, outcome: { state: 'accepted', message: 'm1' } },
        { ...b, outcome: { state: 'failed', error: 'no such address' } },
        { ...c, outcome: { state: 'later', error: 'busy', delayMs: 60_000 } },
      ])
      const rows = await database.read((session) =>
        session.selectFrom('credential_delivery').select(['state', 'sealed']).orderBy('state').execute(),
      )
      expect(rows.map(({ state, sealed }) => [state, sealed !== null])).toEqual([
        ['accepted', false],
        ['failed', false],
        ['waiting', true],
      ])
      const { count, nextMs } = await records.enrolment.deliveries.waiting('mail')
      expect(count).toBe(1)
      expect(nextMs).toBeGreaterThan(50_000)
      const bounce = { address: 'A@x.edu', message: 'm1', reason: 'mailbox is full' }
      expect(await records.enrolment.deliveries.bounced([bounce])).toBe(1)
      expect(await records.enrolment.deliveries.bounced([bounce])).toBe(0)
      const status = await records.enrolment.status('ece408')
      expect(status.map(({ username, delivery, error }) => [username, delivery, error])).toEqual([
        ['a', 'bounced', 'mailbox is full'],
        ['b', 'failed', 'no such address'],
        ['c', 'waiting', 'busy'],
      ])
    })

    test('routes direct messages to the bots that there are, and the rest to mail', async () => {
      await enrol('ada,ada@x.edu,,,,U024BE7LH\nbob,bob@x.edu', 'direct', { reach: { slack: true, discord: false } })
      expect((await claim('slack')).map(({ address }) => address)).toEqual(['U024BE7LH', 'bob@x.edu'])
      await enrol('eve,eve@x.edu,,,,U024BE7LK', 'direct', { keepMissing: true })
      expect((await claim('mail')).map(({ address }) => address)).toEqual(['eve@x.edu'])
    })

    test('enrols without keys where nothing is to be delivered, and issues them when it is', async () => {
      expect(await enrol('ada,ada@x.edu', 'none')).toEqual({ issued: 0, removed: 0 })
      expect(await enrol('ada,ada@x.edu', 'file')).toEqual({ issued: 1, removed: 0 })
      expect(await claim('file')).toHaveLength(1)
    })

    test('holds no secret in the clear', async () => {
      await enrol('ada,ada@x.edu')
      const [delivery] = await claim()
      if (delivery === undefined) throw new Error('nothing was claimed')
      const [, secretKey] = opened(delivery)
      expect(secretKey).toMatch(/^rais_[\w-]{43}$/)
      expect(openSealed(delivery.sealed, 'another delivery', keys)).toBeUndefined()
      expect(openSealed(delivery.sealed, delivery.id, credentialKeys('another secret'))).toBeUndefined()
      const rows = await database.read(async (session) => [
        await session.selectFrom('credential').selectAll().execute(),
        await session.selectFrom('credential_delivery').selectAll().execute(),
        await session.selectFrom('audit').selectAll().execute(),
      ])
      expect(JSON.stringify(rows)).not.toContain(secretKey.slice(5))
    })
  })
}
