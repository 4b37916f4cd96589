import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Store } from '../../core/store/store.ts'
import { createDistributed, openStore } from '../e2e/distributed.ts'
import { buildFile } from '../e2e/flow.ts'
import type { Installation } from '../e2e/installation.ts'
import type { RaiProcess } from '../e2e/rai-process.ts'
import { type GitServer, startGitServer } from '../support/git-http.ts'
import { service } from '../support/service.ts'
import { type RedisService, startRedis } from '../support/services/redis.ts'
import { seededRandom } from '../support/simulate.ts'
import type { SlackStandIn } from '../support/slack/stand-in.ts'
import { startSlack } from '../support/slack/start.ts'
import { type Detour, startDetour } from './detour.ts'
import { type QueueProxy, startQueueProxy } from './queue-proxy.ts'

/** One deployment in which everything can be made to fail. Schedules follow each other in it. */
export interface Theatre {
  readonly installation: Installation
  readonly slack: SlackStandIn
  readonly store: Store
  readonly redis: RedisService
  readonly queue: QueueProxy
  readonly proxies: { readonly store: Detour; readonly engine: Detour; readonly database: Detour }
  readonly account: string
  /** A repository whose run prints numbered lines. */
  readonly repository: string
  /** Where failpoints are armed. */
  readonly orders: string
  /** The work folder, a disk of its own. */
  readonly work: string
  /** Those that serve now. A schedule that ends one puts another in its place. */
  readonly cast: { worker: RaiProcess; bot: RaiProcess }
  startWorker(): Promise<RaiProcess>
  startBot(): Promise<RaiProcess>
  close(): Promise<void>
}

/** Lines that a run prints. */
export const lines = 12
const printing = `i=1; while [ $i -le ${lines} ]; do echo "line $i"; i=$((i+1)); sleep 0.05; done; echo kept > kept`

export async function openTheatre(seed: number): Promise<Theatre> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closePart of closers.reverse()) await closePart()
  }
  const keep = <T>(part: T, closePart: (part: T) => Promise<unknown>): T => {
    closers.push(() => closePart(part))
    return part
  }
  try {
    const folder = keep(await mkdtemp(join(tmpdir(), 'rai-crash-')), (path) =>
      rm(path, { recursive: true, force: true }),
    )
    const [orders, work] = [join(folder, 'orders'), join(folder, 'work')]
    await chmod(folder, 0o711)
    await Promise.all([mkdir(orders), mkdir(work)])
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=711', 'rai-crash', work])
    keep(work, (path) => execa('umount', ['-l', path]))
    const redis = keep(await startRedis(), (part) => part.stop())
    const slack = keep(await startSlack(), (part) => part.close())
    const git = keep(await startGitServer(), (part) => part.close())
    const queue = keep(await startQueueProxy(service('sqs').endpoint, seededRandom(seed)), (part) => part.close())
    const { host, port } = service('postgres')
    const proxies = {
      store: keep(await startDetour(service('s3').endpoint), (part) => part.close()),
      engine: keep(await startDetour(service('docker').host, join(folder, 'engine.sock')), (part) => part.close()),
      database: keep(await startDetour(`${host}:${port}`), (part) => part.close()),
    }
    const installation = keep(await install({ slack, redis, queue, proxies, work, orders }), (part) => part.close())
    const store = keep(await openStore(installation), (part) => part.close())
    const account = await enrol(installation, slack)
    const startWorker = () => installation.startWorker()
    const startBot = async () => {
      const bot = await installation.startProcess('bot', 'slack')
      await bot.says('RAI listens in Slack')
      return bot
    }
    const [worker, bot] = await Promise.all([startWorker(), startBot()])
    const repository = await makeRepository(git)
    const parts = { installation, slack, store, redis, queue, proxies, account, repository, orders, work }
    return { ...parts, cast: { worker, bot }, startWorker, startBot, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Parts = Pick<Theatre, 'slack' | 'redis' | 'queue' | 'proxies' | 'work' | 'orders'>

function install({ slack, redis, queue, proxies, work, orders }: Parts): Promise<Installation> {
  return createDistributed(
    redis.endpoint,
    {
      app: { tempdir: work },
      server: {
        lease_seconds: 6,
        max_attempts: 10,
        sweep_interval: '500ms',
        disk_stop: '1mb',
        disk_clean: '1mb',
        number_of_workers: 2,
      },
      docker: { build_limit: '4mb', tmp_limit: '1mb', shm_limit: '1mb', build_space: 'memory' },
      slack: { bot_token: slack.botToken, app_token: slack.appToken, api_url: slack.apiUrl },
    },
    {
      detours: {
        queue: queue.endpoint,
        store: `http://${proxies.store.address}`,
        engine: proxies.engine.address,
        database: proxies.database.address,
      },
      env: { RAI_FAILPOINTS: orders },
    },
  )
}

async function enrol({ records, config }: Installation, slack: SlackStandIn): Promise<string> {
  const { id } = await records.people.ensure({ username: 'ada', email: 'ada@example.edu' })
  await records.people.enrol(id, { course: config.app.name.toLowerCase(), role: 'student' })
  slack.user('U1', { name: 'ada', email: 'ada@example.edu' })
  await records.people.link({ platform: 'slack', workspace: slack.teamId, user: 'U1' }, id)
  return id
}

async function makeRepository(git: GitServer): Promise<string> {
  await git.createRepository('project', [{ name: 'rai_build.yml', content: buildFile([printing]) }])
  return `${git.url}/project.git`
}
