import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../core/errors.ts'
import type { Database } from '../../core/records/database.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import { bareResult } from '../../core/records/json.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { newSubmission, staged } from './submissions.ts'

/** What one test of the suite works on: a fresh, empty database that `open` can be called on again. */
export interface RecordsFixture {
  open(): Promise<Database>
  dispose(): Promise<void>
}

const place = { platform: 'terminal', workspace: 'here', channel: 'class' } as const
const admitAll = () => undefined
const long = 60_000

/** The records' contract; every database RAI runs on passes it. */
export function describeRecords(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`records on ${name}`, () => {
    let fixture: RecordsFixture
    let records: Records

    beforeEach(async () => {
      fixture = await create()
      records = createRecords(await fixture.open())
    })

    afterEach(async () => {
      await records.close()
      await fixture.dispose()
    })

    async function queued(changes: Partial<NewSubmission> = {}): Promise<string> {
      const { submission } = await records.intake.receive(newSubmission(changes), admitAll)
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: long, places: [submission.id, 'any'] })
      if (work === undefined) throw new Error('nothing to stage')
      const target = { queue: changes.queue ?? 'rai_amd64', needs: {} }
      expect(await records.intake.enqueue(work.lease, staged, target)).toBe(true)
      return work.submission.id
    }

    function claim(worker = 'w1', leaseMs = long, on: Records = records) {
      return on.runs.claim({
        queue: 'rai_amd64',
        worker,
        host: 'h1',
        leaseMs,
        choose: ({ waiting }) => [...waiting].sort((a, b) => a.oldestQueuedAt - b.oldestQueuedAt)[0],
      })
    }

    async function running(worker = 'w1', leaseMs = long) {
      await queued()
      const run = await claim(worker, leaseMs)
      if (run === undefined) throw new Error('nothing to claim')
      return run
    }

    it('finds the first submission when the platform repeats the event', async () => {
      const event = newSubmission()
      const first = await records.intake.receive(event, admitAll)
      const second = await records.intake.receive(event, () => {
        throw new Error('a repeated event is not asked about')
      })
      expect(first.repeated).toBe(false)
      expect(second).toEqual({ submission: first.submission, repeated: true })
    })

    it('makes one submission of one event that arrives ten times at once', async () => {
      const event = newSubmission()
      const all = await Promise.all(Array.from({ length: 10 }, () => records.intake.receive(event, admitAll)))
      expect(new Set(all.map(({ submission }) => submission.id)).size).toBe(1)
      expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1)
    })

    it('keeps out what admission refuses, and tells it how many wait', async () => {
      await records.intake.receive(newSubmission(), admitAll)
      const refused = records.intake.receive(newSubmission(), ({ waiting, sinceLastMs }) => {
        throw new Refusal('too-many', `${waiting} wait, the last ${sinceLastMs === undefined ? 'never' : 'before'}`)
      })
      await expect(refused).rejects.toThrow('1 wait, the last before')
      expect(await records.lookup.history({ account: 'ada' }, 10)).toHaveLength(1)
    })

    it('gives a source only to a process that can fetch it', async () => {
      await records.intake.receive(newSubmission({ sourcePlace: 'host:elsewhere' }), admitAll)
      const options = { owner: 'bot', leaseMs: long }
      expect(await records.intake.claimStaging({ ...options, places: ['any', 'host:here'] })).toBeUndefined()
      expect(await records.intake.claimStaging({ ...options, places: ['host:elsewhere'] })).toBeDefined()
    })

    it('gives staging to another process once the first one went silent', async () => {
      await records.intake.receive(newSubmission(), admitAll)
      const first = await records.intake.claimStaging({ owner: 'a', leaseMs: 0, places: ['any'] })
      const second = await records.intake.claimStaging({ owner: 'b', leaseMs: long, places: ['any'] })
      if (first === undefined || second === undefined) throw new Error('not claimed')
      expect(second.submission.id).toBe(first.submission.id)
      expect(await records.intake.enqueue(first.lease, staged, { queue: 'rai_amd64', needs: {} })).toBe(false)
      expect(await records.intake.enqueue(second.lease, staged, { queue: 'rai_amd64', needs: {} })).toBe(true)
    })

    it('keeps which commit a branch stood for, for whoever stages it again', async () => {
      await records.intake.receive(newSubmission(), admitAll)
      const first = await records.intake.claimStaging({ owner: 'a', leaseMs: long, places: ['any'] })
      if (first === undefined) throw new Error('not claimed')
      expect(await records.intake.pin(first.lease, { commit: 'c'.repeat(40) })).toBe(true)
      expect(await records.intake.postpone(first.lease, 0)).toBe(true)
      expect(await records.intake.pin(first.lease, { commit: 'd'.repeat(40) })).toBe(false)
      const second = await records.intake.claimStaging({ owner: 'b', leaseMs: long, places: ['any'] })
      expect(second?.submission.source).toMatchObject({ kind: 'git', commit: 'c'.repeat(40) })
    })

    it('ends a refused submission with its sentence', async () => {
      await records.intake.receive(newSubmission(), admitAll)
      const work = await records.intake.claimStaging({ owner: 'a', leaseMs: long, places: ['any'] })
      if (work === undefined) throw new Error('not claimed')
      expect(await records.intake.end(work.lease, 'refused', bareResult('No.', 'no-such-repository'))).toBe(true)
      const ended = await records.lookup.byId(work.submission.id)
      expect(ended).toMatchObject({ state: 'finished', verdict: 'refused', result: { sentence: 'No.' } })
    })

    it('commits one verdict, whoever comes second', async () => {
      const { lease } = await running()
      const verdicts = await Promise.all([
        records.runs.finish(lease, 'succeeded', bareResult('ok', 'ok')),
        records.runs.finish(lease, 'failed', bareResult('no', 'no')),
      ])
      expect(verdicts.filter(Boolean)).toHaveLength(1)
      expect(await records.runs.retry(lease, retryOptions(3))).toBe('lease-lost')
    })

    it('refuses the verdict of a worker whose lease ran out, and lets the next attempt commit', async () => {
      const { lease, submission } = await running('w1', 0)
      expect(await records.runs.finish(lease, 'succeeded', bareResult('ok', 'ok'))).toBe(false)
      expect(await records.runs.expireLeases({ maxAttempts: 3 })).toMatchObject([{ outcome: 'queued' }])
      const next = await claim('w2')
      expect(next?.lease.attempt).toBe(2)
      expect(next?.submission.id).toBe(submission.id)
      expect(await records.runs.renew(lease, long)).toBe(false)
      if (next !== undefined)
        expect(await records.runs.finish(next.lease, 'succeeded', bareResult('ok', 'ok'))).toBe(true)
    })

    it('gives up on a submission that silenced as many workers as allowed', async () => {
      await running('w1', 0)
      await records.runs.expireLeases({ maxAttempts: 2 })
      const second = await claim('w2', 0)
      expect(second?.lease.attempt).toBe(2)
      expect(await records.runs.expireLeases({ maxAttempts: 2 })).toMatchObject([{ outcome: 'finished' }])
      const ended = await records.lookup.byId(second?.submission.id ?? '')
      expect(ended).toMatchObject({ verdict: 'system-error', result: { code: 'lost-worker' } })
    })

    it('does not charge an attempt for a hand-back', async () => {
      const { lease } = await running()
      expect(await records.runs.handBack(lease)).toBe(true)
      const second = await claim()
      if (second === undefined) throw new Error('not claimed')
      expect(second.submission.handBacks).toBe(1)
      expect(await records.runs.retry(second.lease, retryOptions(2))).toBe('queued')
    })

    it('cancels rather than queues again what somebody wants cancelled', async () => {
      const first = await running()
      await records.runs.requestCancel(first.submission.id, 'ada')
      expect(await records.runs.handBack(first.lease)).toBe(true)
      const second = await running()
      await records.runs.requestCancel(second.submission.id, 'ada')
      expect(await records.runs.retry(second.lease, retryOptions(3))).toBe('cancelled')
      for (const { submission } of [first, second]) {
        expect(await records.lookup.byId(submission.id)).toMatchObject({ state: 'finished', verdict: 'cancelled' })
      }
    })

    it('waits out the backoff of a retry, and gives up when attempts are used up', async () => {
      const { lease } = await running()
      expect(await records.runs.retry(lease, { ...retryOptions(2), delayMs: long })).toBe('queued')
      expect(await claim()).toBeUndefined()
      const other = await running()
      expect(await records.runs.retry(other.lease, retryOptions(1))).toBe('given-up')
    })

    it('cancels what waits at once, asks for what runs, and leaves what ended', async () => {
      const waiting = await queued()
      expect(await records.runs.requestCancel(waiting, 'ada')).toBe('cancelled')
      const { lease, submission } = await running()
      expect(await records.runs.requestCancel(submission.id, 'ada')).toBe('cancelling')
      expect(await records.runs.cancelRequests('w1')).toEqual([submission.id])
      await records.runs.finish(lease, 'cancelled', bareResult('Cancelled.', 'cancelled'))
      expect(await records.runs.requestCancel(submission.id, 'ada')).toBe('already-finished')
      expect(await records.runs.cancelRequests('w1')).toEqual([])
      expect(await records.runs.requestCancel('f'.repeat(24), 'ada')).toBeUndefined()
    })

    it('hands out what has no wake-up once, and again when sending failed', async () => {
      const id = await queued()
      const options = { olderThanMs: long, limit: 10 }
      expect(await records.runs.takeUnwoken(options)).toEqual([{ id, queue: 'rai_amd64' }])
      expect(await records.runs.takeUnwoken(options)).toEqual([])
      await records.runs.putBackUnwoken([id])
      expect(await records.runs.takeUnwoken(options)).toHaveLength(1)
    })

    it('claims each submission once when 20 workers of several connections claim at once', async () => {
      for (let index = 0; index < 30; index += 1) await queued({ account: `student-${index % 7}` })
      const others = await Promise.all([fixture.open(), fixture.open(), fixture.open()])
      const everybody = [records, ...others.map(createRecords)]
      const claims = await Promise.all(
        Array.from({ length: 40 }, (_, index) => claim(`w${index}`, long, everybody[index % everybody.length])),
      )
      await Promise.all(others.map((database) => database.close()))
      const ids = claims.flatMap((run) => (run === undefined ? [] : [run.submission.id]))
      expect(ids).toHaveLength(30)
      expect(new Set(ids).size).toBe(30)
    })

    it('groups what waits by person and need, oldest first', async () => {
      const first = await queued({ account: 'ada', team: 'red' })
      await queued({ account: 'ada', team: 'red' })
      await queued({ account: 'bob' })
      const { waiting } = await records.lookup.lanes('rai_amd64')
      expect(waiting).toHaveLength(2)
      expect(waiting.find((lane) => lane.account === 'ada')).toMatchObject({ team: 'red', waiting: 2, oldestId: first })
      await claim()
      const { served } = await records.lookup.lanes('rai_amd64')
      expect(served).toMatchObject([{ account: 'ada', team: 'red', running: 1 }])
    })

    it('owes a thread its last message until it is out or has failed for good', async () => {
      const id = await queued()
      const workspace = { platform: 'terminal', workspace: 'here' }
      const { delivery } = await records.deliveries.begin(id, 'log', place)
      expect(await records.lookup.owed(workspace, 10)).toHaveLength(1)
      await records.deliveries.sent(delivery.id, 'm1')
      expect(await records.lookup.owed(workspace, 10)).toHaveLength(0)
    })

    it('begins a delivery once, and remembers the message', async () => {
      const id = await queued()
      const first = await records.deliveries.begin(id, 'root', place)
      const second = await records.deliveries.begin(id, 'root', place)
      expect([first.fresh, second.fresh]).toEqual([true, false])
      expect(second.delivery).toMatchObject({ id: first.delivery.id, tries: 2 })
      await records.deliveries.sent(first.delivery.id, '17.4')
      expect(await records.deliveries.ofSubmission(id)).toMatchObject([{ state: 'sent', message: '17.4' }])
    })

    it('gives a named lease to one holder, and to the next one when it is released or has run out', async () => {
      const first = await records.leases.take('render:x', 'a', long)
      expect(first).toBeDefined()
      expect(await records.leases.take('render:x', 'b', long)).toBeUndefined()
      if (first !== undefined) {
        expect(await records.leases.renew(first, 0)).toBe(true)
        expect(await records.leases.renew(first, long)).toBe(false)
      }
      const second = await records.leases.take('render:x', 'b', long)
      if (second !== undefined) await records.leases.release(second)
      expect(await records.leases.take('render:x', 'c', long)).toBeDefined()
    })

    it('knows people by name and by chat user, and what they are in a course', async () => {
      const ada = await records.people.ensure({ username: 'ada', email: 'ada@example.edu', firstName: 'Ada' })
      expect(await records.people.ensure({ username: 'ada' })).toEqual(ada)
      await records.people.enrol(ada.id, { course: 'demo', role: 'student', team: 'red' })
      await records.people.enrol(ada.id, { course: 'demo', role: 'ta' })
      expect(await records.people.memberships(ada.id)).toEqual([{ course: 'demo', role: 'ta' }])
      const identity = { platform: 'slack', workspace: 'T1', user: 'U1' }
      await records.people.link(identity, ada.id)
      expect(await records.people.byIdentity(identity)).toEqual(ada)
      await records.people.unlink(identity)
      expect(await records.people.byIdentity(identity)).toBeUndefined()
    })

    it('keeps what was done, in order', async () => {
      await records.audit.write({ actor: 'ada', action: 'submission.cancel', subject: 's1', detail: { reason: 'x' } })
      await records.audit.write({ actor: 'bob', action: 'submission.rerun', subject: 's1', detail: {} })
      const entries = await records.audit.ofSubject('s1', 10)
      expect(entries.map(({ actor }) => actor)).toEqual(['ada', 'bob'])
      expect(entries[0]?.detail).toEqual({ reason: 'x' })
    })
  })
}

function retryOptions(maxAttempts: number) {
  return { reason: 'engine', delayMs: 0, maxAttempts, result: bareResult('Ours.', 'engine-failed') }
}
