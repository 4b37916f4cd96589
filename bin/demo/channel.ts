import { join } from 'node:path'
import { plainCard } from '../../bots/card.ts'
import { handleCommand } from '../../bots/commands/handle.ts'
import type { HandleRequest, Terminal } from '../../bots/terminal/terminal.ts'
import type { CommandIo } from '../commands/io.ts'
import type { Started } from '../commands/start.ts'
import type { Deployment } from '../compose/deployment.ts'
import { createTerminalRole, openTerminal, type TerminalRole } from '../compose/terminal-role.ts'
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
  const running = Promise.all([role.run(either), runWorkerRole(deployment, { signal: either, dockerHost: '' })])
  // Neither ends by itself: if one does, it failed, and there is nothing to wait for any more.
  running.catch(() => stop.abort())
  try {
    return await showSample({ ...options, deployment, terminal, role, gitUrl: git.url, signal: either })
  } finally {
    stop.abort()
    await running
    terminal.close()
    await git.close()
  }
}

interface Show extends DemoOptions {
  readonly deployment: Deployment
  readonly terminal: Terminal
  readonly role: TerminalRole
  readonly gitUrl: string
  readonly signal: AbortSignal
}

async function showSample(show: Show): Promise<number> {
  const { terminal, role, place, gitUrl, once, deployment, signal } = show
  const handle: HandleRequest = (request) => handleCommand(role.context, request)
  terminal.header('a class channel in your terminal', [
    `Everything runs in this one process; commands run in ${place.described}.`,
    'A student hands in a sample project, and RAI answers in a thread:',
  ])
  await terminal.ask(`/rai submit ${gitUrl}/hello-c.git`, handle)
  await role.complete(signal)
  if (signal.aborted) terminal.say(plainCard('Stopped before the sample was through. Clearing up.'))
  const [sample] = await deployment.records.lookup.history({ account: role.account }, 1)
  if (once || signal.aborted) return sample?.verdict === 'succeeded' ? 0 : 1
  terminal.header('your turn', [
    'Hand in a repository, a folder or an archive of your own, or something that does not compile:',
    `/rai submit ${gitUrl}/fails-c.git`,
    '/rai status, queue, cancel, rerun, history, limits and help work, too. Ctrl-D leaves.',
  ])
  await terminal.prompt(handle, signal)
  return 0
}
