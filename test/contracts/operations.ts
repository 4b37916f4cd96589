import { describe, expect, it } from 'vitest'
import { bareResult } from '../../core/records/json.ts'
import { everyQueue } from '../../core/records/pauses.ts'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

let events = 0

/** What staff see and stop, on every database RAI runs on. */
export function describeOperations(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`operations on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function queued(queue = 'rai_amd64', parent?: string): Promise<string> {
      events += 1
      const { submission } = await records.intake.receive(
        {
          eventKey: `operations:${events}`,
          place: { platform: 'terminal', workspace: 'here', channel: 'class' },
          account: 'ada',
          course: 'demo',
          queue,
          priority: 'student',
          source: { kind: 'git', url: 'https://git.example/ada/project' },
          sourcePlace: 'any',
          submittedAt: 1_700_000_000_000,
          ...(parent === undefined ? {} : { parent }),
        },
        () => undefined,
      )
      const work = await records.intake.claimStaging({ owner: 'bot', leaseMs: 60_000, places: ['any'] })
      if (work === undefined) throw new Error('nothing to stage')
      const job = {
        image: 'busybox',
        commands: [{ text: 'true', argv: ['true'] as [string] }],
        keepGoing: false,
        timeMs: 1000,
        buildFile: 'rai_build.yml',
        warnings: [],
      }
      const archive = { key: 'x.tar.gz', treeHash: 'a', bytes: 1, unpackedBytes: 1, entries: 1 }
      const staged = { ...archive, leftOut: { count: 0, examples: [] }, job }
      expect(await records.intake.enqueue(work.lease, staged, { queue, needs: {} })).toBe(true)
      return submission.id
    }

    const claim = (queue = 'rai_amd64') =>
      records.runs.claim({
        queue,
        worker: 'w1',
        host: 'h1',
        leaseMs: 60_000,
        choose: ({ waiting }) => waiting[0],
      })

    async function failed(parent?: string): Promise<string> {
      const id = await queued('rai_amd64', parent)
      const run = await claim()
      if (run?.submission.id !== id) throw new Error('another one was claimed')
      await records.runs.finish(run.lease, 'system-error', bareResult('Ours.', 'docker-failed', 'e1'))
      return id
    }

    it('claims nothing from a paused queue, and the rest as before', async () => {
      await queued('rai_amd64')
      const other = await queued('rai_arm64')
      await records.pauses.pause({ queue: 'rai_amd64', actor: 'staff', reason: 'new disk' })
      expect(await claim('rai_amd64')).toBeUndefined()
      expect((await claim('rai_arm64'))?.submission.id).toBe(other)
    })

    it('claims nothing from any queue while all are paused, until they are resumed by that name', async () => {
      const id = await queued()
      await records.pauses.pause({ queue: everyQueue, actor: 'staff', reason: '' })
      expect(await claim()).toBeUndefined()
      expect(await records.pauses.resume('rai_amd64')).toBe(false)
      expect(await records.pauses.resume(everyQueue)).toBe(true)
      expect((await claim())?.submission.id).toBe(id)
    })

    it('tells who paused what, why and since when', async () => {
      await records.pauses.pause({ queue: 'rai_amd64', actor: 'ada', reason: 'first' })
      await records.pauses.pause({ queue: 'rai_amd64', actor: 'bob', reason: 'second' })
      const [pause, ...more] = await records.pauses.list()
      expect(more).toEqual([])
      expect(pause).toMatchObject({ queue: 'rai_amd64', actor: 'bob', reason: 'second' })
      expect(Math.abs((pause?.pausedAt ?? 0) - Date.now())).toBeLessThan(60_000)
    })

    it('counts what waits and runs in each queue, and how long the first has waited', async () => {
      await queued()
      await claim()
      await queued()
      await queued()
      const [state, ...more] = await records.operations.queues()
      expect(more).toEqual([])
      expect(state).toMatchObject({ queue: 'rai_amd64', staging: 0, waiting: 2, running: 1 })
      expect(state?.oldestMs).toBeLessThan(60_000)
    })

    it('lists what failed through our fault until it was run again', async () => {
      const first = await failed()
      const second = await failed()
      expect((await records.operations.failedByUs(10)).map(({ id }) => id).sort()).toEqual([first, second].sort())
      const again = await failed(first)
      expect((await records.operations.failedByUs(10)).map(({ id }) => id).sort()).toEqual([second, again].sort())
    })

    it('lists what runs, in one queue or in all', async () => {
      const here = await queued('rai_amd64')
      const there = await queued('rai_arm64')
      await queued('rai_arm64')
      await claim('rai_amd64')
      expect((await claim('rai_arm64'))?.submission.id).toBe(there)
      expect(await records.operations.running('rai_arm64', 10)).toEqual([there])
      expect((await records.operations.running(undefined, 10)).sort()).toEqual([here, there].sort())
    })

    it('keeps the beginning of a message that nobody could read, whatever it holds', async () => {
      const body = `\0<script>${'x'.repeat(10_000)}`
      const id = await records.operations.putAside({ queue: 'rai_amd64', problem: 'no JSON', body })
      const [message] = await records.operations.invalidMessages(10)
      expect(message).toMatchObject({ id, queue: 'rai_amd64', problem: 'no JSON' })
      expect(message?.body).toHaveLength(500)
      expect(await records.operations.dropMessage(id)).toMatchObject({ id })
      expect(await records.operations.dropMessage(id)).toBeUndefined()
    })
  })
}
