import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { AwsPart } from '../../core/aws/access.ts'
import type { Config } from '../../core/config/schema.ts'
import type { Courses } from '../../core/course/course.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { ownSecret } from '../../core/secret/own-secret.ts'
import type { Store } from '../../core/store/store.ts'
import { type Artefacts, createArtefacts } from '../../core/submission/artefacts.ts'
import { createWaker, type Waker } from '../../core/submission/waker.ts'
import { awaitPart } from './await-part.ts'
import { chooseLog, chooseQueue, chooseStore } from './choose.ts'
import { chooseDirectory } from './choose-directory.ts'
import { configuredCourses } from './courses.ts'
import { openDatabase } from './open-database.ts'

/** Everything the processes of one installation share, opened and answering. */
export interface Deployment {
  readonly config: Config
  readonly log: Logger
  readonly secret: string
  readonly host: string
  /** This process among all: `<host>/<pid>/<random>`. */
  readonly owner: string
  readonly records: Records
  readonly queue: Queue
  readonly store: Store
  readonly bus: SubmissionLog
  readonly artefacts: Artefacts
  readonly courses: Courses
  readonly directory: Directory
  readonly waker: Waker
  /** Closes all parts. A second call does nothing. */
  close(): Promise<void>
}

export interface OpenOptions {
  readonly config: Config
  readonly log: Logger
  readonly signal: AbortSignal
  /** Whether this process answers the links of the folder store. */
  readonly serveLinks: boolean
  /** Whose rights this process has on Amazon's services. Default: of all parts. */
  readonly part?: AwsPart | undefined
}

/** After how long what still waits gets a second message, in case the first was lost. */
const wakeAgainMs = 5 * 60_000

/** Opens every part, waiting for those that do not answer yet. Rejects when `signal` aborts meanwhile. */
export async function openDeployment(options: OpenOptions): Promise<Deployment> {
  const { config, log, signal, serveLinks, part = 'everything' } = options
  await mkdir(config.app.tempdir, { recursive: true, mode: 0o711 })
  const secret = config.app.secret ?? (await ownSecret(config.app.data_dir))
  const patience = { log, signal }
  const host = hostname()
  const queue = await chooseQueue(config, part)
  const bus = await chooseLog(config)
  const closers = [() => queue.close(), () => bus.close()]
  const close = closeOnce(closers)
  try {
    const database = await awaitPart('database', () => openDatabase(config, host), patience)
    closers.push(() => database.close())
    const store = await awaitPart('store', () => chooseStore(config, { secret, serveLinks, part }), patience)
    closers.push(() => store.close())
    const courses = await configuredCourses(config, log)
    closers.push(() => courses.close())
    await awaitPart('store', () => store.check(), patience)
    const queues = new Set([config.client.job_queue_name, ...courses.all().map((course) => course.queue)])
    for (const name of queues) await awaitPart('queue', () => queue.check(name), patience)
    await awaitPart('live log', () => bus.check(), patience)
    const records = createRecords(database)
    return {
      config,
      log,
      secret,
      host,
      owner: `${config.server.name}/${process.pid}/${randomBytes(4).toString('hex')}`,
      records,
      queue,
      store,
      bus,
      artefacts: createArtefacts({
        source: config.client.upload_destination_directory,
        results: config.client.build_destination_directory ?? config.client.upload_destination_directory,
      }),
      courses,
      directory: chooseDirectory(config, records, courses),
      waker: createWaker({ runs: records.runs, queue, log, repeatMs: wakeAgainMs }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function closeOnce(closers: (() => Promise<void>)[]): () => Promise<void> {
  let closing: Promise<unknown> | undefined
  return async () => {
    closing ??= Promise.allSettled(closers.map((closePart) => closePart()))
    await closing
  }
}
