import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../../core/store/store.ts'
import { createDistributed, openStore } from '../e2e/distributed.ts'
import type { Installation } from '../e2e/installation.ts'
import type { RaiProcess } from '../e2e/rai-process.ts'
import { type GitServer, startGitServer } from '../support/git-http.ts'
import { service } from '../support/service.ts'
import { startRedis } from '../support/services/redis.ts'
import type { Arsenal } from './case.ts'

/** A deployment to attack: real processes on real parts, with bounds so tight that reaching them is quick. */
export interface Target {
  readonly installation: Installation
  readonly bot: RaiProcess
  readonly worker: RaiProcess
  readonly store: Store
  readonly redis: string
  readonly arsenal: Arsenal
  /** Types `/rai submit …` and answers the new submission's id. */
  submit(source: string): Promise<string>
  /** The channel to oneself: what it answers is the answer to what was typed. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** A submission's whole log, as it is stored. */
  log(key: string): Promise<string>
  close(): Promise<void>
}

const bounds = {
  server: { number_of_workers: 5, lease_seconds: 20, disk_stop: '1mb', disk_clean: '1mb' },
  docker: { cpu_limit: 1, output_limit: '1mb', pid_limit: 64, file_size_limit: '128mb' },
  limits: { result_entries: 500 },
} as const

export async function openTarget(): Promise<Target> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closePart of closers.reverse()) await closePart()
  }
  try {
    const redis = await startRedis()
    closers.push(() => redis.stop())
    const installation = await createDistributed(redis.endpoint, {
      ...bounds,
      source: {
        protocols: ['https', 'http'],
        allow_private_addresses: true,
        unpacked_bytes: '8mb',
        entries: 500,
        clone_time: '10s',
      },
    })
    closers.push(installation.close)
    const [worker, bot, git] = await Promise.all([
      installation.startWorker(),
      installation.startBot(),
      startGitServer(),
    ])
    closers.push(git.close)
    const store = await openStore(installation)
    closers.push(() => store.close())
    const arsenal = createArsenal(installation, redis.endpoint, git)
    const log = async (key: string) => textOf(store, key)
    const inTurn = createTurns()
    const submit = (source: string) => inTurn(() => installation.submit(bot, source))
    return { installation, bot, worker, store, redis: redis.endpoint, arsenal, submit, inTurn, log, close }
  } catch (error) {
    await close()
    throw error
  }
}

function createTurns(): Target['inTurn'] {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work, work)
    last = mine
    return mine
  }
}

async function textOf(store: Store, key: string): Promise<string> {
  const object = await store.get(key)
  if (object === undefined) throw new Error(`there is no ${key} in the store`)
  const chunks: Buffer[] = []
  for await (const chunk of object) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

function createArsenal(installation: Installation, redis: string, git: GitServer): Arsenal {
  let made = 0
  const home = join(installation.config.app.data_dir, '..')
  return {
    secrets: { redis, engine: service('docker').host, home },
    git,
    folder: (files) => installation.folder(files),
    archive: async (name, bytes) => {
      const path = join(await installation.folder({}), name)
      await writeFile(path, bytes)
      return path
    },
    repository: async (files) => {
      made += 1
      const name = `hostile-${made}`
      await git.createRepository(name, files)
      return `${git.url}/${name}.git`
    },
  }
}
