import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { pack } from 'tar-stream'
import { createFileLog } from '../../core/log/file.ts'
import { logStart, type SubmissionLog } from '../../core/log/log.ts'
import { createMemoryQueue } from '../../core/queue/memory.ts'
import type { Queue } from '../../core/queue/queue.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import type { JobSpec, StagedSource } from '../../core/records/json.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { openSqlite } from '../../core/records/sqlite.ts'
import type { Submission } from '../../core/records/submission.ts'
import { createFilesystemStore } from '../../core/store/filesystem.ts'
import type { Store } from '../../core/store/store.ts'
import { createArtefacts } from '../../core/submission/artefacts.ts'
import type { Needs } from '../../core/vocabulary.ts'
import { until } from './until.ts'

/** Texts by their paths in the submission. */
type Files = Readonly<Record<string, string>>

/** The embedded parts, in a folder of their own. */
export interface Embedded {
  readonly folder: string
  readonly records: Records
  readonly store: Store
  readonly bus: SubmissionLog
  readonly queue: Queue
  /** Puts a submission into the queue, as if it had been staged. */
  enqueue(changes?: Partial<NewSubmission>, job?: Partial<JobSpec>, files?: Files, needs?: Needs): Promise<Submission>
  /** Waits for its verdict. */
  finished(id: string): Promise<Submission>
  /** The live log's text so far. */
  liveLog(id: string): Promise<string>
  text(key: string): Promise<string>
  close(): Promise<void>
}

export const artefacts = createArtefacts({ source: 'userdata', results: 'userdata' })
export const silent = pino({ level: 'silent' })
export const queueName = 'rai_amd64'

let events = 0

export async function openEmbedded({ host = 'here' } = {}): Promise<Embedded> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-embedded-'))
  const records = createRecords(await openSqlite({ path: join(folder, 'rai.db'), host }))
  const store = await createFilesystemStore({ root: join(folder, 'store'), secret: 'test', lifetimeMs: 3_600_000 })
  const bus = createFileLog({ root: join(folder, 'log'), expireMs: 3_600_000 })
  const queue = createMemoryQueue()
  return {
    folder,
    records,
    store,
    bus,
    queue,
    enqueue: (...given) => enqueue(records, store, ...given),
    finished: (id) =>
      until(async () => {
        const submission = await records.lookup.byId(id)
        return submission?.state === 'finished' ? submission : undefined
      }),
    liveLog: async (id) => {
      const entries = await bus.read(id, { after: logStart, limit: 1000 })
      return entries.flatMap(({ pieces }) => pieces.map(({ text }) => text)).join('')
    },
    text: async (key) => {
      const object = await store.get(key)
      return object === undefined ? '' : (await buffer(object)).toString()
    },
    close: async () => {
      await Promise.all([records.close(), store.close(), bus.close(), queue.close()])
      await rm(folder, { recursive: true })
    },
  }
}

async function enqueue(
  records: Records,
  store: Store,
  changes: Partial<NewSubmission> = {},
  job: Partial<JobSpec> = {},
  files: Files = {},
  needs: Needs = {},
): Promise<Submission> {
  events += 1
  const { submission } = await records.intake.receive(
    {
      eventKey: `test:${events}`,
      place: { platform: 'terminal', workspace: 'here', channel: 'class' },
      account: 'ada',
      course: 'rai',
      queue: queueName,
      priority: 'student',
      source: { kind: 'git', url: 'https://git.example/ada/project' },
      sourcePlace: 'any',
      submittedAt: 1_700_000_000_000,
      ...changes,
    },
    () => undefined,
  )
  const work = await records.intake.claimStaging({ owner: 'test', leaseMs: 60_000, places: ['any'] })
  if (work?.submission.id !== submission.id) throw new Error('another submission was waiting to be staged')
  const plain = await stage(store, submission.id, files)
  const staged = { ...plain, job: { ...plain.job, ...job } }
  await records.intake.enqueue(work.lease, staged, { queue: submission.queue, needs })
  return submission
}

async function stage(store: Store, id: string, files: Files): Promise<StagedSource> {
  const tar = pack()
  tar.entry({ name: 'rai_build.yml' }, 'rai: {version: 0.2, image: none}\n')
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text)
  tar.finalize()
  const archive = gzipSync(await buffer(tar))
  const key = artefacts.source(id)
  await store.put(key, Readable.from([archive]), { contentType: 'application/gzip', lifetime: 'expiring' })
  return {
    key,
    treeHash: 'a'.repeat(64),
    bytes: archive.length,
    unpackedBytes: 32,
    entries: 1,
    leftOut: { count: 0, examples: [] },
    job: {
      image: 'none',
      commands: [
        { text: 'make', argv: ['make'] },
        { text: './run', argv: ['./run'] },
      ],
      keepGoing: false,
      timeMs: 60_000,
      buildFile: 'rai_build.yml',
      warnings: [],
    },
  }
}
