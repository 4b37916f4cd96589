import { describe, expect, it } from 'vitest'
import { bareResult } from '../../core/records/json.ts'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

const here = { platform: 'slack', workspace: 'T1' } as const
const elsewhere = { platform: 'discord', workspace: 'A1' } as const
const hour = 3_600_000
let events = 0

/** What staff are told and what they take over, on every database RAI runs on. */
export function describeStaff(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`staff records on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function received(): Promise<string> {
      events += 1
      const { submission } = await records.intake.receive(
        {
          ...{ eventKey: `staff:${events}`, place: { ...here, channel: 'C1' }, account: 'ada', course: 'demo' },
          ...{ queue: 'rai_amd64', priority: 'student', sourcePlace: 'any', submittedAt: 1_700_000_000_000 },
          source: { kind: 'git', url: 'https://git.example/ada/project' },
        },
        () => undefined,
      )
      return submission.id
    }

    async function failed(): Promise<string> {
      const id = await received()
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.end(work.lease, 'system-error', bareResult('Ours.', 'store-failed', 'e1'))
      return id
    }

    const kinds = async (workspace: typeof here | typeof elsewhere = here) =>
      (await records.notices.waiting(workspace, 50)).map(({ kind }) => kind).sort()

    it('tells each workspace of what is its own and of what concerns everybody, once', async () => {
      await failed()
      await records.operations.putAside({ queue: 'rai_amd64', problem: 'no JSON', body: '{' })
      await records.alarms.raise({ host: 'h1', name: 'disk' }, 'only 1 GiB is free')
      for (let time = 0; time < 2; time += 1) {
        await records.notices.collect(here, hour)
        await records.notices.collect(elsewhere, hour)
      }
      expect(await kinds()).toEqual(['alarm', 'failed', 'message'])
      expect(await kinds(elsewhere)).toEqual(['alarm', 'message'])
      expect(await records.notices.collect(here, hour)).toBe(0)
    })

    it('says when a part is well again, and begins anew when it fails once more', async () => {
      const disk = { host: 'h1', name: 'disk' }
      await records.alarms.raise(disk, 'full')
      await records.alarms.raise(disk, 'fuller')
      await records.notices.collect(here, hour)
      await records.alarms.clear(disk)
      await records.alarms.clear(disk)
      await records.notices.collect(here, hour)
      expect(await kinds()).toEqual(['alarm', 'well'])
      await new Promise((resolve) => setTimeout(resolve, 5))
      await records.alarms.raise(disk, 'full again')
      await records.notices.collect(here, hour)
      expect(await kinds()).toEqual(['alarm', 'alarm', 'well'])
    })

    it('tells of a worker that went silent', async () => {
      await received()
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      const job = { image: 'i', commands: [], keepGoing: false, timeMs: 1, buildFile: 'b', warnings: [] }
      const archive = { key: 'x', treeHash: 'a', bytes: 1, unpackedBytes: 1, entries: 1, job }
      const staged = { ...archive, leftOut: { count: 0, examples: [] } }
      await records.intake.enqueue(work.lease, staged, { queue: 'q', needs: {} })
      await records.runs.claim({
        queue: 'q',
        worker: 'w1',
        host: 'h1',
        leaseMs: 0,
        choose: ({ waiting }) => waiting[0],
      })
      await records.runs.expireLeases({ maxAttempts: 5 })
      await records.notices.collect(here, hour)
      expect(await records.notices.waiting(here, 5)).toMatchObject([{ kind: 'silent', text: 'worker w1 on h1' }])
    })

    it('puts notices into one message, which is unsent until its delivery ended', async () => {
      await failed()
      await failed()
      await records.notices.collect(here, hour)
      expect(await records.notices.sinceLastMs(here)).toBeUndefined()
      const bundle = await records.notices.bundle(await records.notices.waiting(here, 5), 'CSTAFF')
      expect(await kinds()).toEqual([])
      expect(await records.notices.unsent(here)).toMatchObject([{ post: bundle?.post, channel: 'CSTAFF' }])
      expect((await records.notices.unsent(here))[0]?.notices).toHaveLength(2)
      expect(await records.notices.sinceLastMs(here)).toBeGreaterThanOrEqual(0)

      const place = { ...here, channel: 'CSTAFF' }
      const { delivery } = await records.deliveries.begin(bundle?.post ?? '', 'notice', place)
      expect(await records.notices.unsent(here)).toHaveLength(1)
      await records.deliveries.sent(delivery.id, 'm1')
      expect(await records.notices.unsent(here)).toEqual([])
    })

    it('gives notices to one of two processes that want to send them', async () => {
      await failed()
      await records.notices.collect(here, hour)
      const waiting = await records.notices.waiting(here, 5)
      expect(await records.notices.bundle(waiting, 'CSTAFF')).toBeDefined()
      expect(await records.notices.bundle(waiting, 'CSTAFF')).toBeUndefined()
    })

    it('forgets what nobody wants to be told of', async () => {
      await failed()
      await records.notices.collect(here, hour)
      await records.notices.drop(await records.notices.waiting(here, 5))
      expect(await kinds()).toEqual([])
      expect(await records.notices.unsent(here)).toEqual([])
      expect(await records.notices.collect(here, hour)).toBe(0)
    })

    it('lets one at a time look after a thread, and owes its message the news', async () => {
      const id = await received()
      const tina = { account: 'tina', name: 'Tina' }
      expect(await records.takeovers.release(id)).toBe(false)
      expect(await records.takeovers.take(id, tina)).toBe(true)
      expect(await records.takeovers.take(id, { account: 'bob', name: 'Bob' })).toBe(false)
      expect(await records.lookup.byId(id)).toMatchObject({ holder: tina, holderIsNews: true })

      await records.takeovers.shown(id, undefined)
      expect((await records.lookup.byId(id))?.holderIsNews).toBe(true)
      await records.takeovers.shown(id, 'tina')
      expect((await records.lookup.byId(id))?.holderIsNews).toBeUndefined()
      expect(await records.takeovers.release(id)).toBe(true)
      const released = await records.lookup.byId(id)
      expect([released?.holder, released?.holderIsNews]).toEqual([undefined, true])
      await records.takeovers.shown(id, undefined)
      expect((await records.lookup.byId(id))?.holderIsNews).toBeUndefined()
    })

    it('raises a role by what a chat says, for as long as it says so, and never lowers one', async () => {
      const { people } = records
      const { id } = await people.ensure({ username: 'ada' })
      const identity = { ...here, user: 'U1' }
      await people.enrol(id, { course: 'demo', role: 'student', team: 'red' })
      await people.enrol(id, { course: 'other', role: 'instructor' })
      await people.link(identity, id)
      const say = (forMs: number, ...roles: { course: string; role: string }[]) =>
        people.mapped.set({ identity, account: id, roles, forMs })
      const ta = (course: string) => ({ course, role: 'ta' })

      await say(60_000, ta('demo'), { course: 'demo', role: 'student' }, ta('other'), ta('third'))
      expect(await people.memberships(id)).toEqual([
        { course: 'demo', role: 'ta', team: 'red' },
        { course: 'other', role: 'instructor' },
        { course: 'third', role: 'ta' },
      ])
      await say(0, ta('demo'), ta('third'))
      expect(await people.memberships(id)).toMatchObject([{ role: 'student' }, { role: 'instructor' }])
      await say(60_000, ta('demo'))
      await people.unlink(identity)
      expect(await people.memberships(id)).toMatchObject([{ role: 'student' }, { role: 'instructor' }])
    })

    it('owes a workspace what was finished and told, when somebody takes it over', async () => {
      const id = await failed()
      for (const purpose of ['root', 'log'] as const) {
        const { delivery } = await records.deliveries.begin(id, purpose, { ...here, channel: 'C1' })
        await records.deliveries.sent(delivery.id, 'm')
      }
      expect(await records.lookup.owed(here, 5)).toEqual([])
      await records.takeovers.take(id, { account: 'tina', name: 'Tina' })
      expect((await records.lookup.owed(here, 5)).map((one) => one.id)).toEqual([id])
    })
  })
}
