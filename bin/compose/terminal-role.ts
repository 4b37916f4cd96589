import { unlimited } from '../../bots/budget.ts'
import { acceptLocalSources } from '../../bots/terminal/local-source.ts'
import { createTerminal, type Terminal } from '../../bots/terminal/terminal.ts'
import type { CommandIo } from '../commands/io.ts'
import { type BotRole, createBotRole, repositoryOf } from './bot-role.ts'
import type { Deployment } from './deployment.ts'
import { staffMember } from './staff.ts'

export function openTerminal({ config, host }: Deployment, io: CommandIo): Terminal {
  const live = io.stdout.isTTY === true && io.stdin.isTTY === true
  return createTerminal({
    input: io.stdin,
    output: io.stdout,
    live,
    colours: live && config.app.color && io.env.NO_COLOR === undefined,
    workspace: host,
    channel: config.terminal.channel,
    user: config.terminal.user,
  })
}

export interface TerminalRole extends BotRole {
  /** The account of whoever sits at the terminal. */
  readonly account: string
}

/** The class channel of whoever sits at this host: staff, who may also hand in folders and archives of it. */
export async function createTerminalRole(
  deployment: Deployment,
  terminal: Terminal,
  { cwd }: CommandIo,
): Promise<TerminalRole> {
  const { config, host } = deployment
  const { user } = config.terminal
  const member = await staffMember(deployment, { platform: 'terminal', workspace: host, user }, user)
  const role = await createBotRole(deployment, {
    chat: terminal.chat,
    budgets: { edits: unlimited, posts: unlimited },
    onLine: terminal.onLine,
    alone: true,
    checkSource: acceptLocalSources({
      host,
      folder: cwd,
      otherwise: (text, { ref }) => repositoryOf(config, text, ref),
    }),
  })
  return { ...role, account: member.account.id }
}
