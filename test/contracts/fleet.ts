import { describe, expect, it } from 'vitest'
import type { ClaimOptions } from '../../core/records/claim.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import type { Records } from '../../core/records/records.ts'
import { chooseFor } from '../../core/schedule/choose-for.ts'
import type { GpuDevice } from '../../core/schedule/gpus.ts'
import type { Needs } from '../../core/vocabulary.ts'
import type { RecordsFixture } from './records.ts'
import { newSubmission, staged } from './submissions.ts'
import { withRecords } from './with-records.ts'

const long = 60_000
const queue = 'rai_amd64'
const devices: readonly GpuDevice[] = ['GPU-1', 'GPU-2'].map((uuid) => ({ uuid, name: 'V100', architecture: 'volta' }))
const bare = { architecture: 'amd64', gpus: [] }

interface Who {
  readonly worker?: string
  readonly host?: string
  readonly leaseMs?: number
  readonly graceMs?: number
  readonly from?: string
  readonly exclusive?: readonly string[]
}

/** What workers and GPUs there are, who has which, and who waits for whom; on every database. */
export function describeFleet(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`workers and GPUs on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function queued(needs: Needs = {}, changes: Partial<NewSubmission> = {}): Promise<string> {
      await records.intake.receive(newSubmission(changes), () => undefined)
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: long, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.enqueue(work.lease, staged, { queue: changes.queue ?? queue, needs })
      return work.submission.id
    }

    function claim({
      worker = 'w1',
      host = 'h1',
      leaseMs = long,
      graceMs = 0,
      from = queue,
      exclusive = [],
    }: Who = {}) {
      const capabilities = { architecture: 'amd64', gpus: devices }
      const choose: ClaimOptions['choose'] = ({ waiting: lanes, served, freeGpus }) =>
        chooseFor({ lanes, served, freeGpus }, capabilities)
      return records.runs.claim({ queue: from, worker, host, leaseMs, choose, exclusive, gpus: { devices, graceMs } })
    }

    async function claimed(who: Who = {}) {
      const run = await claim(who)
      if (run === undefined) throw new Error('nothing to claim')
      return run
    }

    const uuids = (run: { readonly gpus: readonly GpuDevice[] } | undefined) => run?.gpus.map(({ uuid }) => uuid)

    it('leases each GPU of a host to one attempt at a time, whoever of its workers asks', async () => {
      for (let count = 0; count < 3; count += 1) await queued({ gpus: 1 }, { account: `a${count}` })
      const first = await claimed({ worker: 'w1' })
      const second = await claimed({ worker: 'w2' })
      expect([...(uuids(first) ?? []), ...(uuids(second) ?? [])].sort()).toEqual(['GPU-1', 'GPU-2'])
      expect(await claim({ worker: 'w1' })).toBeUndefined()
      expect(uuids(await claim({ host: 'h2' }))).toHaveLength(1)
    })

    it('never leases one twice, however many claim at once', async () => {
      for (let count = 0; count < 8; count += 1) await queued({ gpus: 1 }, { account: `a${count}` })
      const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => claim({ worker: `w${index}` })))
      expect(runs.flatMap((run) => uuids(run) ?? []).sort()).toEqual(['GPU-1', 'GPU-2'])
    })

    it('has a GPU free again once its run ended, was handed back, or is tried again', async () => {
      for (const account of ['ada', 'bob']) await queued({ gpus: 2 }, { account })
      const first = await claimed()
      expect(await claim()).toBeUndefined()
      await records.runs.finish(first.lease, 'succeeded', { sentence: '', commands: [], durationMs: 1, notices: [] })
      const second = await claimed()
      expect(uuids(second)).toHaveLength(2)
      await records.runs.handBack(second.lease)
      expect(uuids(await claim())).toHaveLength(2)
    })

    it('keeps a silent worker’s GPU until its container is surely gone', async () => {
      await queued({ gpus: 2 })
      const lost = await claimed({ leaseMs: 0 })
      await records.runs.expireLeases({ maxAttempts: 5 })
      expect(await claim({ graceMs: long })).toBeUndefined()
      const next = await claimed({ graceMs: 0 })
      expect(next.submission.id).toBe(lost.submission.id)
      expect(await records.gpus.inUse()).toHaveLength(2)
    })

    it('prolongs the lease of a GPU with that of its run', async () => {
      await queued({ gpus: 2 })
      const { lease } = await claimed({ leaseMs: 1000 })
      expect(await records.runs.renew(lease, long)).toBe(true)
      await queued({ gpus: 2 }, { account: 'bob' })
      expect(await claim({ graceMs: -30_000 })).toBeUndefined()
    })

    it('counts GPU time by team, and by person where there is none', async () => {
      await queued({ gpus: 2 }, { team: 'rocket' })
      const { lease } = await claimed()
      await records.runs.handBack(lease)
      await queued({ gpus: 1 }, { account: 'bob', course: 'solo' })
      await claimed()
      await claimed({ host: 'h2' })
      const times = await records.gpus.timeByTeam(0, 10)
      expect(times.map(({ course, team, account }) => [course, team ?? account]).sort()).toEqual([
        ['demo', 'rocket'],
        ['solo', 'bob'],
      ])
      for (const { ms } of times) expect(ms).toBeGreaterThanOrEqual(0)
    })

    it('knows the workers that live, and remembers those that left', async () => {
      const one = {
        worker: 'w1',
        host: 'h1',
        queues: [queue, 'other'],
        slots: 2,
        capabilities: { ...bare, gpus: [{}] },
      }
      await records.fleet.announce(one, long)
      await records.fleet.announce({ ...one, slots: 3 }, long)
      await records.fleet.announce({ ...one, worker: 'w2' }, 0)
      expect(await records.fleet.live()).toEqual([{ ...one, slots: 3 }])
      await records.fleet.leave('w1')
      expect(await records.fleet.live()).toEqual([])
      expect((await records.fleet.seen(long)).map(({ worker }) => worker)).toEqual(['w1', 'w2'])
    })

    describe('retries', () => {
      async function failed() {
        await queued()
        const { lease } = await claimed()
        const result = { sentence: 'no', commands: [], durationMs: 0, notices: [] }
        await records.runs.retry(lease, { reason: 'docker-failed', delayMs: 0, maxAttempts: 5, result })
      }

      const other = { worker: 'w2', host: 'h2', queues: [queue], slots: 1, capabilities: bare }

      it('leaves what a worker failed to one on another host', async () => {
        await failed()
        await records.fleet.announce(other, long)
        expect(await claim()).toBeUndefined()
        expect(await claim({ worker: 'w3', host: 'h1' })).toBeUndefined()
        expect(await claim({ worker: 'w2', host: 'h2' })).toBeDefined()
      })

      it('tries again itself where nobody else lives, serves the queue and has what it needs', async () => {
        await failed()
        await records.fleet.announce({ ...other, queues: ['other'] }, long)
        await records.fleet.announce({ ...other, worker: 'w3', capabilities: { ...bare, architecture: '' } }, 0)
        expect(await claim()).toBeDefined()
      })

      it('still takes what others wait for', async () => {
        await failed()
        await records.fleet.announce(other, long)
        const next = await queued({}, { account: 'bob' })
        expect((await claim())?.submission.id).toBe(next)
      })
    })

    describe('a newer submission', () => {
      const state = async (id: string) => (await records.lookup.byId(id))?.state

      it('takes the place of what the person has waiting for the same assignment, and says so there', async () => {
        const old = await queued({}, { assignment: 'hw1' })
        const received = await records.intake.receive(newSubmission({ assignment: 'hw1' }), () => undefined)
        const facts: number[] = []
        const event = newSubmission({ assignment: 'hw1', supersedes: true })
        const newer = await records.intake.receive(event, ({ waiting }) => void facts.push(waiting))
        expect(facts).toEqual([0])
        const ended = await records.lookup.byId(old)
        expect(ended).toMatchObject({ state: 'finished', verdict: 'cancelled', result: { code: 'superseded' } })
        expect(ended?.result?.sentence).toContain(newer.submission.id.slice(0, 8))
        expect(await state(received.submission.id)).toBe('finished')
        expect(await state(newer.submission.id)).toBe('received')
        // The platform says it twice.
        await records.intake.receive(event, () => undefined)
        expect(await state(newer.submission.id)).toBe('received')
      })

      it('leaves alone what runs, what others or other assignments have, batches and repetitions', async () => {
        await queued({}, { assignment: 'hw1' })
        const { submission: runs } = await claimed()
        const kept: string[] = [runs.id]
        for (const changes of [
          { assignment: 'hw1', account: 'bob' },
          { assignment: 'hw2' },
          {},
          { assignment: 'hw1', course: 'other' },
          { assignment: 'hw1', priority: 'batch' as const },
          { assignment: 'hw1', parent: runs.id },
        ])
          kept.push(await queued({}, changes))
        await records.intake.receive(newSubmission({ assignment: 'hw1', supersedes: true }), () => undefined)
        expect(await Promise.all(kept.map(state))).toEqual(['running', ...kept.slice(1).map(() => 'queued')])
      })

      it('that is refused takes no place', async () => {
        const old = await queued()
        const refused = records.intake.receive(newSubmission({ supersedes: true }), () => {
          throw new Error('refused')
        })
        await expect(refused).rejects.toThrow('refused')
        expect(await state(old)).toBe('queued')
      })
    })

    describe('exclusive queues', () => {
      const exclusive = ['timing']
      const timing = { queue: 'timing' }

      it('give a run the host for itself', async () => {
        await queued({}, timing)
        await queued()
        expect(await claim({ from: 'timing', exclusive })).toBeDefined()
        expect(await claim({ exclusive, worker: 'w2' })).toBeUndefined()
        expect(await claim({ exclusive, host: 'h2' })).toBeDefined()
      })

      it('run one at a time', async () => {
        for (const account of ['ada', 'bob']) await queued({}, { ...timing, account })
        expect(await claim({ from: 'timing', exclusive })).toBeDefined()
        expect(await claim({ from: 'timing', exclusive, worker: 'w2' })).toBeUndefined()
      })

      it('get a busy host in the end: nothing else starts there meanwhile', async () => {
        for (const account of ['ada', 'bob']) await queued({}, { account })
        const { lease } = await claimed({ exclusive })
        await queued({}, timing)
        expect(await claim({ from: 'timing', exclusive })).toBeUndefined()
        expect(await claim({ exclusive })).toBeUndefined()
        await records.runs.handBack(lease)
        expect(await claim({ exclusive })).toBeUndefined()
        expect(await claim({ from: 'timing', exclusive })).toBeDefined()
      })
    })
  })
}
