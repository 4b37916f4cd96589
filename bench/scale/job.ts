import { setTimeout as delay } from 'node:timers/promises'
import { createViewQueue } from '../../bots/queue-view.ts'
import { bareResult, type JobSpec, type StagedSource } from '../../core/records/json.ts'
import type { Records } from '../../core/records/records.ts'
import { chooseFor } from '../../core/schedule/choose-for.ts'
import { here, queue } from './fill.ts'

const job: JobSpec = {
  image: 'busybox',
  commands: [{ text: 'true', argv: ['true'] }],
  keepGoing: false,
  timeMs: 1_000,
  buildFile: 'rai_build.yml',
  warnings: [],
}
export const staged: StagedSource = {
  key: 'userdata/x.tar.gz',
  treeHash: 'a'.repeat(64),
  ...{ bytes: 10, unpackedBytes: 20, entries: 1 },
  leftOut: { count: 0, examples: [] },
  job,
}
const account = 'ada'
const owner = { account, course: 'course' }
const leaseMs = 60_000
const purposes = ['root', 'card', 'verdict', 'log'] as const

/** What is timed, each in milliseconds. `job` is all that a job costs between its event and its last message. */
export const parts = [
  'receive',
  'stage',
  'wake',
  'claim',
  'finish',
  'deliver',
  'job',
  'position',
  'history',
  'owed',
] as const
export type Part = (typeof parts)[number]

let events = 0

/** Takes one job through the records and asks what people and loops ask. */
export async function timeJob(records: Records, now: () => number): Promise<Record<Part, number>> {
  const times = new Map<Part, number>()
  async function timed<T>(part: Part, work: () => Promise<T>): Promise<T> {
    const started = now()
    const value = await work()
    times.set(part, now() - started)
    return value
  }
  const begun = now()
  const id = await timed('receive', () => receive(records))
  await timed('stage', () => stage(records))
  await timed('wake', () => records.runs.takeUnwoken({ olderThanMs: 3_600_000, limit: 20 }))
  const run = await timed('claim', () => claim(records))
  await timed('finish', () => records.runs.finish(run.lease, 'succeeded', bareResult('Fine.', 'fine')))
  await timed('deliver', () => deliver(records, id))
  times.set('job', now() - begun)
  await timed('position', async () => (await createViewQueue(records)(queue)).turnOf(id))
  await timed('history', () => records.lookup.history(owner, 10))
  await timed('owed', () => records.lookup.owed(here, 1_000))
  // What this job's own submission leaves behind must not pile up: the run that was claimed is somebody else's.
  await records.runs.requestCancel(id, 'bench')
  await delay(0)
  return Object.fromEntries(parts.map((part) => [part, times.get(part) ?? Number.NaN])) as Record<Part, number>
}

async function receive({ intake }: Records): Promise<string> {
  events += 1
  const { submission } = await intake.receive(
    {
      ...{ eventKey: `bench:${events}`, place: here, ...owner, queue, priority: 'student' },
      ...{ source: { kind: 'git', url: 'https://git.example/a' }, sourcePlace: 'any', submittedAt: Date.now() },
    },
    () => undefined,
  )
  return submission.id
}

async function stage({ intake }: Records): Promise<void> {
  const work = await intake.claimStaging({ owner: 'bench', leaseMs, places: ['any'] })
  if (work === undefined) throw new Error('nothing to stage')
  await intake.enqueue(work.lease, staged, { queue, needs: {} })
}

async function claim({ runs }: Records) {
  const worker = { queue, worker: 'w', host: 'h', leaseMs }
  const run = await runs.claim({ ...worker, choose: (lanes) => chooseFor({ ...lanes, lanes: lanes.waiting }, nothing) })
  if (run === undefined) throw new Error('nothing to claim')
  return run
}

const nothing = { architecture: 'amd64', gpus: [] }

async function deliver({ deliveries }: Records, id: string): Promise<void> {
  for (const purpose of purposes) {
    const { delivery } = await deliveries.begin(id, purpose, here)
    await deliveries.sent(delivery.id, 'm')
  }
}
