import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { unlimited } from '../../bots/budget.ts'
import { acceptLocalSources } from '../../bots/terminal/local-source.ts'
import { createTerminal, type Terminal } from '../../bots/terminal/terminal.ts'
import type { CommandIo } from '../commands/io.ts'
import { type BotRole, createBotRole, repositoryOf } from './bot-role.ts'
import type { Deployment } from './deployment.ts'
import { staffMember } from './staff.ts'

/** Each terminal is a workspace of its own: two of one host would wait for each other to render. */
function workspaceOf(host: string): string {
  return `${host}/${process.pid}`
}

export function openTerminal({ config, host }: Deployment, io: CommandIo): Terminal {
  const live = io.stdout.isTTY === true && io.stdin.isTTY === true
  return createTerminal({
    input: io.stdin,
    output: io.stdout,
    live,
    colours: live && config.app.color && io.env.NO_COLOR === undefined,
    workspace: workspaceOf(host),
    channel: config.terminal.channel,
    user: config.terminal.user,
  })
}

export interface TerminalRole extends BotRole {
  /** The account of whoever sits at the terminal. */
  readonly account: string
  /** Waits until every thread here has its verdict and its log, or `signal` aborts. */
  complete(signal: AbortSignal): Promise<void>
  /** Forgets this terminal, which nobody can come back to. */
  leave(): Promise<void>
}

/** The class channel of whoever sits at this host: staff, who may also hand in folders and archives of it. */
export async function createTerminalRole(
  deployment: Deployment,
  terminal: Terminal,
  { cwd }: CommandIo,
): Promise<TerminalRole> {
  const { config, host } = deployment
  const { user } = config.terminal
  const identity = { platform: 'terminal', workspace: workspaceOf(host), user }
  const member = await staffMember(deployment, identity, user)
  const role = await createBotRole(deployment, {
    chat: terminal.chat,
    budgets: { edits: unlimited, posts: unlimited },
    onLine: terminal.onLine,
    alone: true,
    openFile: (path) => createReadStream(resolve(cwd, path)),
    places: [`host:${host}`],
    pace: { pollMs: 150, tickMs: 1000 },
    checkSource: acceptLocalSources({
      host,
      folder: cwd,
      otherwise: (text, { ref }) => repositoryOf(config, text, ref),
    }),
  })
  return {
    ...role,
    account: member.account.id,
    complete: (signal) => untilNothingIsOwed(deployment, terminal.place.workspace, signal),
    leave: () => deployment.records.people.unlink(identity),
  }
}

async function untilNothingIsOwed({ records }: Deployment, workspace: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await records.lookup.owed({ platform: 'terminal', workspace }, 1)).length > 0) {
    await delay(100, undefined, { signal }).catch(() => undefined)
  }
}
