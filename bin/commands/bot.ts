import type { Command } from 'commander'
import { handleCommand } from '../../bots/commands/handle.ts'
import { createTerminalRole, openTerminal } from '../compose/terminal-role.ts'
import { addDiscordCommand } from './bot-discord.ts'
import type { CommandIo } from './io.ts'
import { type Started, withDeployment } from './start.ts'

/** Adds `bot slack|discord|terminal`: one chat's front end, without a worker. */
export function addBotCommand(program: Command, io: CommandIo): void {
  const bot = program.command('bot').description('run the front end of one chat')
  bot
    .command('terminal')
    .description('a class channel in this terminal, for staff on the server')
    .action(async (_given: unknown, command: Command) => {
      await withDeployment(command, io, { part: 'bot', serveLinks: true, level: 'error' }, (started) =>
        runTerminal(started, io),
      )
    })
  bot
    .command('slack')
    .description('the Slack workspace that is configured')
    .action(async (_given: unknown, command: Command) => {
      const { runSlackRole } = await import('../compose/slack-role.ts')
      await withDeployment(command, io, { part: 'bot', serveLinks: true }, ({ deployment, signal }) =>
        runSlackRole(deployment, signal),
      )
    })
  addDiscordCommand(bot, io)
}

async function runTerminal({ deployment, signal }: Started, io: CommandIo): Promise<void> {
  const terminal = openTerminal(deployment, io)
  const role = await createTerminalRole(deployment, terminal, io)
  const stop = new AbortController()
  const running = role.run(AbortSignal.any([signal, stop.signal]))
  try {
    terminal.header(deployment.config.app.full_name, ['/rai help shows what I can do. Ctrl-D leaves.'])
    const end = await terminal.prompt((request) => handleCommand(role.context, request), signal)
    // What a pipe typed has yet to run.
    if (end === 'end') await role.complete(signal)
  } finally {
    stop.abort()
    await running
    await role.leave()
    terminal.close()
  }
}
