import { describe, expect, it } from 'vitest'
import type { NewSubmission } from '../../core/records/intake.ts'
import type { QueueLanes } from '../../core/records/lanes.ts'
import type { Records } from '../../core/records/records.ts'
import type { Needs } from '../../core/vocabulary.ts'
import type { RecordsFixture } from './records.ts'
import { newSubmission, staged } from './submissions.ts'
import { withRecords } from './with-records.ts'

const queue = 'rai_amd64'
const worker = { queue, worker: 'w1', host: 'h1', leaseMs: 60_000 }

/** Who waits and whose turn it was, on any database. */
export function describeLanes(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`lanes on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function queued(changes: Partial<NewSubmission> = {}, needs: Needs = {}): Promise<string> {
      const { submission } = await records.intake.receive(newSubmission(changes), () => undefined)
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      await records.intake.enqueue(work.lease, staged, { queue, needs })
      return submission.id
    }

    /** What a worker that asks is shown, without taking any of it. */
    async function shown(): Promise<QueueLanes> {
      let seen: QueueLanes = { waiting: [], served: [] }
      await records.runs.claim({
        ...worker,
        choose: (lanes) => {
          seen = lanes
          return undefined
        },
      })
      return seen
    }

    const claimFirst = () =>
      records.runs.claim({
        ...worker,
        choose: ({ waiting }) => [...waiting].sort((a, b) => a.oldestQueuedAt - b.oldestQueuedAt)[0],
      })

    it('shows a worker the oldest of each lane, and people how many wait in it', async () => {
      const first = await queued({ account: 'ada' })
      await queued({ account: 'ada' })
      const other = await queued({ account: 'ada' }, { gpus: 1 })
      const team = await queued({ account: 'bob', team: 'red' })
      const { waiting } = await shown()
      expect(new Set(waiting.map(({ oldestId }) => oldestId))).toEqual(new Set([first, other, team]))
      const lanes = await records.lookup.lanes(queue)
      const counts = lanes.waiting.map(({ oldestId, waiting }) => [oldestId, waiting])
      expect(Object.fromEntries(counts)).toEqual({ [first]: 2, [other]: 1, [team]: 1 })
      expect(lanes.waiting.find(({ oldestId }) => oldestId === team)).toMatchObject({ team: 'red', needs: {} })
    })

    it('lists the places in their order, each under the key of its lane', async () => {
      const ids = [await queued({ account: 'ada' }), await queued({ account: 'bob' }), await queued({ account: 'ada' })]
      const places = await records.lookup.places(queue, 10)
      expect(new Set(places.map(({ id }) => id))).toEqual(new Set(ids))
      const laneOf = (id: string | undefined) => places.find((place) => place.id === id)?.lane
      expect(laneOf(ids[0])).toBe(laneOf(ids[2]))
      expect(laneOf(ids[0])).not.toBe(laneOf(ids[1]))
      const { waiting } = await records.lookup.lanes(queue)
      expect(waiting.find(({ account }) => account === 'bob')?.key).toBe(laneOf(ids[1]))
      expect(await records.lookup.places(queue, 2)).toEqual(places.slice(0, 2))
    })

    it('passes over what is not due yet, and shows what waits behind it', async () => {
      await queued({ account: 'ada' })
      const run = await claimFirst()
      const second = await queued({ account: 'ada' })
      const again = {
        reason: 'x',
        delayMs: 60_000,
        maxAttempts: 3,
        result: { sentence: '', commands: [], durationMs: 0, notices: [] },
      }
      if (run !== undefined) await records.runs.retry(run.lease, again)
      expect((await shown()).waiting.map(({ oldestId }) => oldestId)).toEqual([second])
    })

    it('remembers whose turn it was when nothing of theirs runs any more, once for each person', async () => {
      for (const account of ['ada', 'ada', 'bob']) {
        await queued({ account })
        const run = await claimFirst()
        if (run !== undefined && account === 'ada') await records.runs.handBack(run.lease)
        if (account === 'ada') await claimFirst()
      }
      const { served } = await shown()
      expect(served.map(({ account }) => account).sort()).toEqual(['ada', 'bob'])
      expect(served.every(({ lastStartedAt }) => lastStartedAt > 0)).toBe(true)
      expect(served.reduce((sum, { running }) => sum + running, 0)).toBe(3)
    })
  })
}
