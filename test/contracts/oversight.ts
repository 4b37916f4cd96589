import { describe, expect, it } from 'vitest'
import type { BatchRun } from '../../core/records/batches.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import { bareResult } from '../../core/records/json.ts'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

let events = 0
const far = 8_000_000_000_000

/** What the staff of a course see and do, on every database RAI runs on. */
export function describeOversight(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`oversight on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function received(changes: Partial<NewSubmission> = {}): Promise<string> {
      events += 1
      const { submission } = await records.intake.receive(
        {
          eventKey: `oversight:${events}`,
          place: { platform: 'terminal', workspace: 'here', channel: '@ada' },
          account: 'ada',
          course: 'demo',
          assignment: 'final',
          queue: 'q',
          priority: 'student',
          source: { kind: 'git', url: 'https://git.example/ada/project' },
          sourcePlace: 'any',
          submittedAt: 1_700_000_000_000,
          ...changes,
        },
        () => undefined,
      )
      return submission.id
    }

    /** Ended in staging, which is enough to be finished. */
    async function ended(verdict: 'refused' | 'system-error' = 'refused', changes: Partial<NewSubmission> = {}) {
      const id = await received(changes)
      const work = await records.intake.claimStaging({ owner: 's', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      const gradingLog = { key: `grading-${id}`, bytes: 3 }
      const objects = { log: { key: `log-${id}`, bytes: 1 }, build: { key: `build-${id}`, bytes: 2 }, gradingLog }
      await records.intake.end(work.lease, verdict, { ...bareResult('So it ended.', 'x'), ...objects })
      return id
    }

    async function endNext(verdict: 'refused' | 'system-error'): Promise<void> {
      const work = await records.intake.claimStaging({ owner: 's', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.end(work.lease, verdict, bareResult('So it ended.', 'x'))
    }

    const tinas = { course: 'demo', assignment: 'final', by: 'tina', eventKey: 'tinas' }
    const tooLate = () => new Error('too late')
    const runOf = (parent: string): BatchRun => ({
      ...{ account: 'tina', course: 'demo', assignment: 'final', queue: 'q', priority: 'batch', parent },
      ...{ submittedAt: 7, sourcePlace: 'any', standing: { counts: true } },
      source: { kind: 'rerun', submission: parent },
    })

    const ids = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id)

    it('lists what somebody should look at first, then the newest', async () => {
      const failed = await ended('system-error')
      const silent = await received()
      await records.intake.claimStaging({ owner: 'dead', leaseMs: -1, places: ['any'] })
      const waiting = await received()
      await received({ course: 'other' })
      const listed = ids(await records.runList.newest({ course: 'demo' }, 10))
      expect(new Set(listed.slice(0, 2))).toEqual(new Set([failed, silent]))
      expect(listed.slice(2)).toEqual([waiting])
      expect(ids(await records.runList.newest({ course: 'demo', troubled: true }, 10))).toHaveLength(2)
    })

    it.each<[string, Parameters<Records['runList']['newest']>[0], number]>([
      ['assignment', { course: 'demo', assignment: 'hw1' }, 1],
      ['team', { course: 'demo', team: 'red' }, 1],
      ['account', { course: 'demo', account: 'bob' }, 1],
      ['state', { course: 'demo', state: 'finished' }, 1],
      ['verdict', { course: 'demo', verdict: 'refused' }, 1],
      ['time', { course: 'demo', receivedAfter: far }, 0],
      ['end', { course: 'demo', finishedBefore: far }, 1],
    ])('filters by %s', async (_, filter, found) => {
      await ended()
      await received({ assignment: 'hw1' })
      await received({ team: 'red' })
      await received({ account: 'bob' })
      expect(await records.runList.newest(filter, 10)).toHaveLength(found)
      const counts = await records.runList.counts(filter)
      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(found)
    })

    it('turns over all pages, each run once', async () => {
      const all = new Set<string>()
      for (let n = 0; n < 7; n += 1) all.add(await received())
      const seen: string[] = []
      for (let page = ids(await records.runList.page({ course: 'demo' }, 3)); page.length > 0; ) {
        seen.push(...page)
        page = ids(await records.runList.page({ course: 'demo' }, 3, page.at(-1)))
      }
      expect(seen).toHaveLength(7)
      expect(new Set(seen)).toEqual(all)
    })

    it('keeps what staff note about a submission, and who noted it', async () => {
      const id = await received()
      await records.remarks.write({ submission: id, course: 'demo', author: 'tina', text: 'asked about it' })
      await records.remarks.write({ submission: id, course: 'demo', author: 'tim', text: 'answered' })
      expect((await records.remarks.ofSubmission(id, 10)).map(({ author, text }) => `${author}: ${text}`)).toEqual([
        'tina: asked about it',
        'tim: answered',
      ])
      expect(await records.audit.ofSubject(id, 10)).toMatchObject([{ action: 'submission.note' }, { actor: 'tim' }])
    })

    it('follows a batch, and ends what is left of it', async () => {
      const parent = await received({ course: 'other' })
      const batch = await records.batches.start(tinas, [runOf(parent), runOf(parent), runOf(parent)], tooLate)
      await endNext('refused')
      await endNext('refused')
      const unrelated = await received()
      expect(await records.batches.progress(batch.id)).toEqual({ waiting: 2, running: 0, finished: 1, succeeded: 0 })
      expect(await records.batches.cancel(batch.id, 'tina')).toBe(2)
      const runs = await records.runList.newest({ course: 'demo', verdict: 'cancelled' }, 9)
      expect(runs).toHaveLength(2)
      expect(runs[0]).toMatchObject({ parent, priority: 'batch', standing: { counts: true }, submittedAt: 7 })
      expect((await records.lookup.byId(unrelated))?.state).toBe('received')
      expect(await records.batches.byId(batch.id)).toMatchObject({
        by: 'tina',
        total: 3,
        cancelledAt: expect.any(Number),
      })
      expect(await records.batches.ofCourse('demo', 5)).toMatchObject([{ id: batch.id }])
      expect(await records.audit.ofSubject(batch.id, 5)).toMatchObject([
        { action: 'batch.start' },
        { action: 'batch.cancel' },
      ])
    })

    it('starts one batch for an event, with all of its runs or none', async () => {
      const parent = await received()
      const runs = Array.from({ length: 450 }, () => runOf(parent))
      const first = await records.batches.start(tinas, runs, tooLate)
      expect(await records.batches.start(tinas, runs, tooLate)).toEqual(first)
      expect(await records.batches.progress(first.id)).toMatchObject({ waiting: 450 })
      const broken = { ...runOf(parent), submittedAt: Number.NaN }
      const second = records.batches.start({ ...tinas, eventKey: 'second' }, [runOf(parent), broken], tooLate)
      await expect(second).rejects.toThrow()
      expect(await records.batches.ofCourse('demo', 5)).toHaveLength(1)
      expect(await records.runList.counts({ course: 'demo' })).toEqual([{ state: 'received', count: 451 }])
      await records.terms.archive('demo', 'ina')
      await expect(records.batches.start({ ...tinas, eventKey: 'third' }, runs, tooLate)).rejects.toThrow('too late')
    })

    it('archives a course once, and opens it again', async () => {
      expect(await records.terms.archived('demo')).toBeUndefined()
      await records.terms.archive('demo', 'ina')
      await records.terms.archive('demo', 'other')
      expect(await records.terms.archived('demo')).toMatchObject({ by: 'ina', at: expect.any(Number) })
      expect((await records.standings.facts({ course: 'demo', account: 'ada' })).termOver).toBe(true)
      await records.terms.reopen('demo', 'ina')
      expect(await records.terms.archived('demo')).toBeUndefined()
      expect((await records.standings.facts({ course: 'demo', account: 'ada' })).termOver).toBe(false)
    })

    it('says what is due to be removed until it is, and leaves no dead link', async () => {
      const id = await ended()
      await received()
      expect(ids(await records.removals.due('result', far, 10))).toEqual([id])
      expect(await records.removals.due('result', 0, 10)).toEqual([])
      await records.removals.done(id, 'result')
      await records.removals.done(id, 'result')
      expect(await records.removals.due('result', far, 10)).toEqual([])
      const result = (await records.lookup.byId(id))?.result
      expect(result).toMatchObject({ sentence: 'So it ended.' })
      expect(result?.log ?? result?.build ?? result?.gradingLog).toBeUndefined()
    })

    it('forgets a person, ends what they have going on, and keeps the audit trail', async () => {
      const { id } = await records.people.ensure({ username: 'ada', email: 'ada@example.edu', firstName: 'Ada' })
      await records.people.enrol(id, { course: 'demo', role: 'student' })
      const identity = { platform: 'terminal', workspace: 'here', user: 'ada' } as const
      await records.people.link(identity, id)
      const past = await ended('refused', { account: id })
      const live = await received({ account: id })
      await records.remarks.write({ submission: past, course: 'demo', author: 'tina', text: 'Ada asked' })
      expect(await records.erasure.erase(id, 'ina')).toMatch(/^deleted-/)
      const account = await records.people.byId(id)
      expect(account).toMatchObject({ firstName: '', disabled: true })
      expect(JSON.stringify(account)).not.toMatch(/ada/i)
      expect(await records.people.byIdentity(identity)).toBeUndefined()
      expect(await records.people.memberships(id)).toEqual([])
      expect(JSON.stringify(await records.lookup.byId(past))).not.toMatch(/ada/)
      expect((await records.lookup.byId(live))?.verdict).toBe('cancelled')
      expect(JSON.stringify(await records.lookup.byId(live))).not.toMatch(/ada/)
      expect(await records.remarks.ofSubmission(past, 5)).toEqual([])
      expect((await records.audit.ofSubject(id, 5)).at(-1)).toMatchObject({ action: 'account.erase', actor: 'ina' })
      expect(await records.audit.ofSubject(past, 5)).toHaveLength(1)
    })

    it('has due what the erased handed in and whatever repeated it, but nothing of others', async () => {
      const { id } = await records.people.ensure({ username: 'ada' })
      const own = await ended('refused', { account: id })
      const byStaff = await ended('refused', { account: 'tina', parent: own })
      const byStaffAgain = await ended('refused', { account: 'tim', parent: byStaff })
      const bobs = await ended('refused', { account: 'bob', team: 'red' })
      await ended('refused', { account: id, parent: bobs, team: 'red' })
      expect(await records.removals.dueOfErased('result', 10)).toEqual([])
      await records.erasure.erase(id, 'ina')
      expect(new Set(ids(await records.removals.dueOfErased('result', 10)))).toEqual(
        new Set([own, byStaff, byStaffAgain]),
      )
    })

    it('forgets where the code came from once it has ended, where it ran while its owner was erased', async () => {
      const { id } = await records.people.ensure({ username: 'ada' })
      const running = await received({ account: id })
      const work = await records.intake.claimStaging({ owner: 's', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.erasure.erase(id, 'ina')
      await records.intake.end(work.lease, 'refused', bareResult('So it ended.', 'x'))
      await records.erasure.forgetEnded()
      expect(JSON.stringify(await records.lookup.byId(running))).not.toMatch(/ada/)
    })
  })
}
