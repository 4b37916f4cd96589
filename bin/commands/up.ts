import type { Command } from 'commander'
import type { Deployment } from '../compose/deployment.ts'
import { type RunPart, runTogether } from '../compose/run-together.ts'
import { runWorkerRole } from '../compose/worker-role.ts'
import { dockerHostOf } from './docker-host.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

/** Adds `up`: everything that is configured, in one process. */
export function addUpCommand(program: Command, io: CommandIo): void {
  program
    .command('up')
    .description('run everything that is configured in one process: bots and a worker')
    .action(async (_given: unknown, command: Command) => {
      await withDeployment(command, io, { serveLinks: true }, ({ deployment, signal }) =>
        runTogether(signal, [
          (ending) => runWorkerRole(deployment, { signal: ending, dockerHost: dockerHostOf(io.env) }),
          ...botsOf(deployment),
        ]),
      )
    })
}

/** A chat without a token is one that this course does not use. Each brings a library that the others need not load. */
function botsOf(deployment: Deployment): RunPart[] {
  const { slack, discord } = deployment.config
  const inSlack: RunPart = async (ending) => {
    const { runSlackRole } = await import('../compose/slack-role.ts')
    await runSlackRole(deployment, ending)
  }
  const inDiscord: RunPart = async (ending) => {
    const { runDiscordRole } = await import('../compose/discord-role.ts')
    await runDiscordRole(deployment, ending)
  }
  return [...(slack.bot_token === undefined ? [] : [inSlack]), ...(discord.bot_token === undefined ? [] : [inDiscord])]
}
