import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Standing } from '../../core/course/assignment.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import { bareResult } from '../../core/records/json.ts'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

let events = 0
const late: Standing = { counts: false, because: 'late', reason: 'It came too late.', lateMs: 1000 }
const noon = 1_700_000_000_000

/** What counts, on every database RAI runs on. */
export function describeStandings(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`standings on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function received(standing: Standing | undefined, changes: Partial<NewSubmission> = {}): Promise<string> {
      events += 1
      const submission: NewSubmission = {
        eventKey: `standings:${events}`,
        place: { platform: 'terminal', workspace: 'here', channel: 'class' },
        account: 'ada',
        course: 'demo',
        assignment: 'final',
        queue: 'rai_amd64',
        priority: 'student',
        source: { kind: 'git', url: 'https://git.example/ada/project' },
        sourcePlace: 'any',
        submittedAt: noon,
        ...changes,
      }
      return (await records.intake.receive(submission, () => standing)).submission.id
    }

    const standingOf = async (id: string) => (await records.lookup.byId(id))?.standing

    it('keeps with a submission whether it counts', async () => {
      expect(await standingOf(await received({ counts: true, lateMs: 5, lateTokens: 1 }))).toEqual({
        counts: true,
        lateMs: 5,
        lateTokens: 1,
      })
      expect(await standingOf(await received(undefined))).toBeUndefined()
    })

    it('lets staging take it back', async () => {
      const id = await received({ counts: true })
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      const staged = {
        ...{ key: 'x.tar.gz', treeHash: 'a', bytes: 1, unpackedBytes: 1, entries: 1 },
        leftOut: { count: 0, examples: [] },
        job: { image: 'i', commands: [], keepGoing: false, timeMs: 1, buildFile: 'b', warnings: [] },
      }
      const standing: Standing = { counts: false, because: 'files', reason: 'report.pdf is missing.' }
      await records.intake.enqueue(work.lease, staged, { queue: 'rai_amd64', needs: {}, standing })
      expect(await standingOf(id)).toEqual(standing)
    })

    it('admits by what the person and the team had submitted, without what cost them nothing', async () => {
      const own = await received({ counts: true }, { submittedAt: noon + 2 })
      const mates = await received({ counts: true }, { account: 'bob', team: 'alpha', submittedAt: noon + 1 })
      await received(undefined, { parent: own })
      await received({ counts: true }, { account: 'eve' })
      await received({ counts: true }, { course: 'other' })
      const refused = await received({ counts: true }, { sourcePlace: 'refused', submittedAt: noon + 3 })
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['refused'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.end(work.lease, 'refused', bareResult('No.', 'no'))
      const facts = await records.standings.facts({
        ...{ account: 'ada', course: 'demo', team: 'alpha', assignment: 'final' },
      })
      expect(facts.past.map(({ id }) => id)).toEqual([mates, own])
      expect(facts.past.map(({ id }) => id)).not.toContain(refused)
      const withoutTeam = await records.standings.facts({ account: 'ada', course: 'demo', assignment: 'final' })
      expect(withoutTeam.past.map(({ id }) => id)).toEqual([own])
      expect((await records.standings.facts({ account: 'ada', course: 'demo' })).past).toEqual([])
    })

    it('charges nothing for what failed through our fault, and for what a newer one took the place of', async () => {
      const applicant = { account: 'ada', course: 'demo', assignment: 'final' }
      await received({ counts: true })
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.end(work.lease, 'system-error', bareResult('The store broke.', 'store-failed'))
      const free = await records.standings.facts(applicant)
      expect(free).toMatchObject({ waiting: 0, past: [] })
      expect(free.sinceLastMs).toBeUndefined()

      await received({ counts: true })
      const newer = await received({ counts: true }, { supersedes: true })
      const { past, sinceLastMs } = await records.standings.facts(applicant)
      expect(past.map(({ id }) => id)).toEqual([newer])
      expect(sinceLastMs).toBeDefined()
      await records.runs.requestCancel(newer, 'ada')
      const facts = await records.standings.facts(applicant)
      expect(facts.past).toHaveLength(1)
      expect(facts.sinceLastMs).toBeDefined()
    })

    it('lets two of a team who submit at once see each other', async () => {
      const seen: number[] = []
      const both = ['ada', 'bob'].map((account) => {
        events += 1
        return records.intake.receive(
          {
            ...{ eventKey: `standings:${events}`, account, team: 'alpha', course: 'demo', assignment: 'final' },
            place: { platform: 'terminal', workspace: 'here', channel: 'class' },
            ...{ queue: 'q', priority: 'student', sourcePlace: 'any', submittedAt: noon },
            source: { kind: 'git', url: 'https://git.example/ada/project' },
          },
          ({ past }) => {
            seen.push(past.length)
            return { counts: true }
          },
        )
      })
      await Promise.all(both)
      expect(Math.max(...seen)).toBe(1)
    })

    it('lets staff accept what was late, with a reason and in the audit trail', async () => {
      const id = await received(late)
      const accepted = await records.standings.acceptLate(id, 'tess', 'the bot was down')
      expect(accepted).toEqual({
        ...{ counts: true, acceptedBy: 'tess', lateMs: 1000 },
        reason: 'The course staff accepted it: the bot was down',
      })
      expect(await standingOf(id)).toEqual(accepted)
      const [entry] = await records.audit.ofSubject(id, 10)
      expect(entry).toMatchObject({
        actor: 'tess',
        action: 'submission.accept',
        detail: { reason: 'the bot was down' },
      })
    })

    it('accepts nothing that is for no assignment', async () => {
      expect(await records.standings.acceptLate(await received(undefined), 'tess', 'why not')).toBeUndefined()
      expect(await records.standings.acceptLate('0123456789abcdef01234567', 'tess', 'why not')).toBeUndefined()
    })

    it('moves the deadline for one person, and counts what they had handed in meanwhile', async () => {
      const inTime = await received(late)
      const tooLate = await received(late, { submittedAt: noon + 5000 })
      const mates = await received(late, { account: 'bob', team: 'alpha' })
      const files: Standing = { counts: false, because: 'files', lateMs: 1 }
      const unmended = await received(files)
      const extension = { course: 'demo', assignment: 'final', untilAt: noon + 1000, reason: 'ill', by: 'tess' }
      expect(await records.standings.extend({ ...extension, party: { account: 'ada' } })).toBe(1)
      expect(await standingOf(inTime)).toEqual({ counts: true, reason: 'The deadline was moved for you: ill' })
      expect(await standingOf(tooLate)).toEqual(late)
      expect(await standingOf(mates)).toEqual(late)
      expect(await standingOf(unmended)).toEqual(files)
      const applicant = { course: 'demo', account: 'ada', assignment: 'final' }
      expect((await records.standings.facts(applicant)).extendedTo).toBe(noon + 1000)
      expect((await records.standings.facts({ ...applicant, assignment: 'm1' })).extendedTo).toBeUndefined()
      expect((await records.standings.facts({ ...applicant, account: 'bob' })).extendedTo).toBeUndefined()
      expect(await records.standings.extensions('demo')).toMatchObject([{ party: { account: 'ada' }, reason: 'ill' }])
    })

    it('takes the later one of the newest words for the person and for their team', async () => {
      const extend = (party: { account: string } | { team: string }, untilAt: number) =>
        records.standings.extend({ course: 'demo', assignment: 'final', party, untilAt, reason: 'ill', by: 'tess' })
      await extend({ account: 'ada' }, 9000)
      const first = Date.now()
      while (Date.now() <= first + 1) await setImmediate()
      await extend({ account: 'ada' }, 3000)
      await extend({ team: 'alpha' }, 4000)
      const applicant = { course: 'demo', account: 'ada', assignment: 'final' }
      expect((await records.standings.facts(applicant)).extendedTo).toBe(3000)
      expect((await records.standings.facts({ ...applicant, team: 'alpha' })).extendedTo).toBe(4000)
    })
  })
}
