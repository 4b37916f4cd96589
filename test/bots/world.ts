import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { vi } from 'vitest'
import { unlimited } from '../../bots/budget.ts'
import type { Chat } from '../../bots/chat.ts'
import { handleCommand } from '../../bots/commands/handle.ts'
import type { CommandContext, CommandRequest } from '../../bots/commands/request.ts'
import { splitWords } from '../../bots/commands/words.ts'
import { createViewQueue } from '../../bots/queue-view.ts'
import type { StaffChannelOptions } from '../../bots/staff/staff-channel.ts'
import { createThreads } from '../../bots/thread/threads.ts'
import { type Course, type Courses, singleCourse } from '../../core/course/course.ts'
import { createDatabaseDirectory } from '../../core/directory/directory.ts'
import { createFileLog } from '../../core/log/file.ts'
import type { LogEntry, LogStream } from '../../core/log/log.ts'
import { pseudonymKey } from '../../core/ranking/pseudonyms.ts'
import type { Database } from '../../core/records/database.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import { bareResult, type Result, type StagedSource } from '../../core/records/json.ts'
import type { WorkLease } from '../../core/records/leasing.ts'
import type { Account } from '../../core/records/people.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { openSqlite } from '../../core/records/sqlite.ts'
import { chooseNext } from '../../core/schedule/choose.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import { createMemoryStore } from './memory-store.ts'

export const place = { platform: 'terminal', workspace: 'here', channel: 'class' } as const

export const demo: Course = {
  name: 'demo',
  title: 'Demo course',
  queue: 'rai_amd64',
  timeMs: 60_000,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 3,
  intervalMs: 0,
}

export const staged: StagedSource = {
  key: 'userdata/x.tar.gz',
  treeHash: 'a'.repeat(64),
  bytes: 1234,
  unpackedBytes: 4000,
  entries: 7,
  leftOut: { count: 4, examples: ['.git', 'a.o', 'b.o'] },
  commit: '3f2a91c0de3f2a91c0de3f2a91c0de3f2a91c0de',
  job: {
    image: 'busybox',
    commands: [{ text: 'make', argv: ['make'] }],
    keepGoing: false,
    timeMs: 60_000,
    buildFile: 'rai_build.yml',
    warnings: [],
  },
}

export const succeeded: Result = {
  ...bareResult('Every command ended with exit code 0.', 'completed'),
  commands: [{ text: 'make', exitCode: 0, durationMs: 1200 }],
  durationMs: 1400,
  peakMemoryBytes: 12_000_000,
  build: { key: 'userdata/build-x.tar.gz', bytes: 5000 },
  log: { key: 'userdata/log-x.txt', bytes: 200 },
}

export interface WorldOptions {
  readonly course?: Partial<Course>
  readonly courses?: Courses
}

/** Real records and real logs in a temporary folder, with three people, and a worker that does what a test says. */
export async function createWorld({ course, courses = singleCourse({ ...demo, ...course }) }: WorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rai-bots-'))
  const database: Database = await openSqlite({ path: join(folder, 'rai.db'), host: 'here' })
  const records = createRecords(database)
  const logs = createFileLog({ root: join(folder, 'logs'), expireMs: 60_000, pollMs: 20 })
  const logger = pino({ level: 'silent' })
  const people = {
    ada: await enrol(records, 'ada', 'student'),
    bob: await enrol(records, 'bob', 'student'),
    tina: await enrol(records, 'tina', 'ta'),
  }
  const viewQueue = createViewQueue({ lookup: records.lookup })
  const links: CommandContext['links'] = async ({ id }) => ({
    build: `https://store.example/build-${id}`,
    log: `https://store.example/log-${id}`,
    expiresAt: Date.UTC(2030, 0, 1),
  })
  const poke = vi.fn()
  const objects = new Map<string, Buffer>()
  const context: CommandContext = {
    ...{ records, courses, logs, viewQueue, links, poke, logger },
    directory: createDatabaseDirectory(records.people, (name) => courses.byName(name)?.rights),
    checkSource: (url, { ref }) => ({ kind: 'git', url, ...(ref === undefined ? {} : { ref }) }),
    bounds: { timeMs: 3_600_000, dataBytes: 2 ** 31, network: false },
    limits: [{ label: 'Memory', value: '2 GB' }],
    store: createMemoryStore(objects),
    linkSeconds: 3600,
    retention: {},
    pseudonymKey: (course, assignment) => pseudonymKey('a secret', course, assignment),
    now: () => Date.now(),
  }
  const stops: (() => Promise<void>)[] = []

  function ask(text: string, changes: Partial<CommandRequest> & { readonly as?: string } = {}) {
    const { as = 'ada', ...more } = changes
    return handleCommand(context, {
      identity: { platform: 'terminal', workspace: 'here', user: as },
      place,
      words: splitWords(text),
      eventKey: randomUUID(),
      submittedAt: Date.now(),
      attachments: [],
      ...more,
    })
  }

  async function receive(changes: Partial<NewSubmission> = {}): Promise<string> {
    const { submission } = await records.intake.receive(
      {
        eventKey: randomUUID(),
        place,
        account: people.ada.id,
        course: 'demo',
        queue: 'rai_amd64',
        priority: 'student',
        source: { kind: 'git', url: 'https://git.example/ada/project.git' },
        sourcePlace: 'any',
        submittedAt: Date.UTC(2026, 8, 1, 12),
        ...changes,
      },
      () => undefined,
    )
    return submission.id
  }

  async function stage(source: StagedSource = staged): Promise<void> {
    const work = await records.intake.claimStaging({ owner: 'stager', leaseMs: 60_000, places: ['any'] })
    if (work === undefined) throw new Error('nothing to stage')
    await records.intake.enqueue(work.lease, source, { queue: 'rai_amd64', needs: {} })
  }

  async function queued(changes: Partial<NewSubmission> = {}): Promise<string> {
    const id = await receive(changes)
    await stage()
    return id
  }

  async function claim() {
    const run = await records.runs.claim({
      queue: 'rai_amd64',
      worker: 'w',
      host: 'h',
      leaseMs: 60_000,
      choose: ({ waiting, served }) => chooseNext(waiting, served),
    })
    if (run === undefined) throw new Error('nothing to run')
    return createRun(run.submission.id, run.lease)
  }

  function createRun(id: string, lease: WorkLease) {
    let sequence = 0
    const append = (kind: LogEntry['kind'], pieces: LogEntry['pieces']) => {
      sequence += 1
      return logs.append(id, [{ version: 1, attempt: lease.attempt, sequence, kind, pieces }])
    }
    return {
      id,
      print: (text: string, stream: LogStream = 'stdout') => append('pieces', [{ stream, at: Date.now(), text }]),
      async finish(verdict: Verdict = 'succeeded', result: Result = succeeded) {
        await append('end', [])
        if (!(await records.runs.finish(lease, verdict, result))) throw new Error('not finished')
      },
      retry: () =>
        records.runs.retry(lease, {
          reason: 'x',
          delayMs: 0,
          maxAttempts: 5,
          result: bareResult('x', 'engine-failed'),
        }),
    }
  }

  /** One bot process. Ends with the world, or when its `stop` is called. */
  function render(chat: Chat, changes: Partial<StaffChannelOptions> = {}) {
    const options: StaffChannelOptions = {
      ...{ records, logs, chat, courses, viewQueue, links, logger },
      openLog: async ({ id, result }) =>
        result?.log && { name: `log-${id}.txt`, bytes: 200, comment: '', open: async () => Readable.from(['log']) },
      owner: randomUUID(),
      budgets: { edits: unlimited, posts: unlimited },
      now: () => Date.now(),
      pollMs: 20,
      drainMs: 500,
      ...changes,
    }
    const threads = createThreads(options)
    const ending = new AbortController()
    const running = threads.run(ending.signal)
    const stop = async () => {
      ending.abort()
      await running
    }
    stops.push(stop)
    return { threads, stop }
  }

  async function dispose(): Promise<void> {
    await Promise.all(stops.map((stop) => stop()))
    await logs.close()
    await records.close()
    await rm(folder, { recursive: true })
  }

  const submissionOf = async (id: string) => {
    const submission = await records.lookup.byId(id)
    if (submission === undefined) throw new Error(`no ${id}`)
    return submission
  }

  return {
    ...{
      folder,
      objects,
      records,
      logs,
      people,
      context,
      poke,
      ask,
      receive,
      stage,
      queued,
      claim,
      render,
      dispose,
      submissionOf,
    },
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

async function enrol(records: Records, username: string, role: string): Promise<Account> {
  const account = await records.people.ensure({ username, firstName: username.toUpperCase() })
  await records.people.enrol(account.id, { course: 'demo', role })
  await records.people.link({ platform: 'terminal', workspace: 'here', user: username }, account.id)
  return account
}
