import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { handleCommand } from '../../bots/commands/handle.ts'
import type { HandleRequest, Terminal } from '../../bots/terminal/terminal.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import type { CommandIo } from '../commands/io.ts'
import type { Started } from '../commands/start.ts'
import type { Deployment } from '../compose/deployment.ts'
import { createTerminalRole, openTerminal } from '../compose/terminal-role.ts'
import { runWorkerRole } from '../compose/worker-role.ts'
import { serveRepositories } from './git-backend.ts'
import type { DemoPlace } from './prepare.ts'
import { makeSampleRepositories } from './sample-repository.ts'

export interface DemoOptions {
  readonly place: DemoPlace
  readonly folder: string
  readonly once: boolean
  readonly io: CommandIo
}

const samples = ['hello-c', 'fails-c'] as const

/** The class channel of the demo. Gives the exit code. */
export async function runDemoChannel({ deployment, signal }: Started, options: DemoOptions): Promise<number> {
  const { folder, io } = options
  const terminal = openTerminal(deployment, io)
  const role = await createTerminalRole(deployment, terminal, io)
  const repositories = join(folder, 'repositories')
  await makeSampleRepositories(repositories, samples)
  const git = await serveRepositories(repositories)
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const running = [role.run(either), runWorkerRole(deployment, { signal: either, dockerHost: '' })]
  try {
    const handle: HandleRequest = (request) => handleCommand(role.context, request)
    return await showSample({
      ...options,
      deployment,
      terminal,
      handle,
      account: role.account,
      gitUrl: git.url,
      signal: either,
    })
  } finally {
    stop.abort()
    await Promise.all(running)
    terminal.close()
    await git.close()
  }
}

interface Show extends DemoOptions {
  readonly deployment: Deployment
  readonly terminal: Terminal
  readonly handle: HandleRequest
  readonly account: string
  readonly gitUrl: string
  readonly signal: AbortSignal
}

async function showSample(show: Show): Promise<number> {
  const { terminal, handle, place, gitUrl, once, deployment, account, signal } = show
  terminal.header('a class channel in your terminal', [
    `Everything runs in this one process; commands run in ${place.described}.`,
    'A student hands in a sample project, and RAI answers in a thread:',
  ])
  await terminal.ask(`/rai submit ${gitUrl}/hello-c.git`, handle)
  const verdict = await untilTold(deployment, account, signal)
  if (once || signal.aborted) return verdict === 'succeeded' ? 0 : 1
  terminal.header('your turn', [
    'Hand in a repository, a folder or an archive of your own, or something that does not compile:',
    `/rai submit ${gitUrl}/fails-c.git`,
    '/rai status, queue, cancel, rerun, history, limits and help work, too. Ctrl-D leaves.',
  ])
  await terminal.prompt(handle, signal)
  return 0
}

/** Until the person's newest submission has its verdict, and nothing more is owed to any thread. */
async function untilTold(
  { records, host }: Deployment,
  account: string,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const workspace = { platform: 'terminal', workspace: host }
  while (!signal.aborted) {
    const owed = await records.lookup.owed(workspace, 1)
    if (owed.length === 0) return (await records.lookup.history({ account }, 1))[0]?.verdict
    await delay(100, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
