import type { Command } from 'commander'
import { z } from 'zod'
import { runWorkerRole } from '../compose/worker-role.ts'
import { dockerHostOf } from './docker-host.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

const optionsSchema = z.object({ queue: z.array(z.string()).optional() })

/** Adds `worker`, which is `raid`: claims submissions and runs them. */
export function addWorkerCommand(program: Command, io: CommandIo): void {
  program
    .command('worker')
    .description('claim submissions and run them (raid)')
    .option('-q, --queue <queue...>', 'queues to serve, instead of the configured ones')
    .action(async (given: unknown, command: Command) => {
      const { queue } = optionsSchema.parse(given)
      await withDeployment(command, io, { part: 'worker', serveLinks: false }, ({ deployment, signal }) =>
        runWorkerRole(deployment, {
          signal,
          dockerHost: dockerHostOf(io.env),
          ...(queue === undefined ? {} : { queues: queue }),
        }),
      )
    })
}
