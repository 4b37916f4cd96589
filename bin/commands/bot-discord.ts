import type { Command } from 'commander'
import { loadConfig } from '../../core/config/load.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'
import { openLogger, withDeployment } from './start.ts'

/** Adds `bot discord`, and `bot discord register`. */
export function addDiscordCommand(bot: Command, io: CommandIo): void {
  const discord = bot
    .command('discord')
    .description('the Discord application that is configured')
    .action(async (_given: unknown, command: Command) => {
      const { runDiscordRole } = await import('../compose/discord-role.ts')
      await withDeployment(command, io, { part: 'bot', serveLinks: true }, ({ deployment, signal }) =>
        runDiscordRole(deployment, signal),
      )
    })
  discord
    .command('register')
    .description('make Discord show the commands; done at every start as well')
    .action(async (_given: unknown, command: Command) => register(command, io))
}

async function register(command: Command, io: CommandIo): Promise<void> {
  const { openConfiguredDiscord } = await import('../compose/discord-role.ts')
  const { config: file, secret } = globalOptions(command)
  const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const logger = openLogger(config, io, 'warn')
  try {
    const bot = await openConfiguredDiscord(config, logger.log)
    await bot.register()
    const where = config.discord.guild === undefined ? 'in every server' : `in the server ${config.discord.guild}`
    io.stdout.write(`The commands are registered ${where}.\n`)
  } finally {
    await logger.close()
  }
}
