import type { Command } from 'commander'
import { z } from 'zod'
import { awaitPart } from '../compose/await-part.ts'
import { openRunner } from '../compose/open-runner.ts'
import { runRetentionRole } from '../compose/retention-role.ts'
import { runSweeps, runSweepsOnce } from '../compose/sweep-role.ts'
import { dockerHostOf } from './docker-host.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

const optionsSchema = z.object({ once: z.boolean().optional() })

/** Adds `sweep`: what a worker does besides for dead processes, as a process of its own, for when the worker is frozen. */
export function addSweepCommand(program: Command, io: CommandIo): void {
  program
    .command('sweep')
    .description('clear up after dead processes: their leases, and what they left on this host')
    .option('--once', 'one round instead of going on')
    .action(async (given: unknown, command: Command) => {
      const { once = false } = optionsSchema.parse(given)
      await withDeployment(command, io, { part: 'sweeper', serveLinks: false }, async ({ deployment, signal }) => {
        const runner = await openRunner(deployment, dockerHostOf(io.env))
        try {
          if (once) return await runSweepsOnce(deployment, runner)
          await awaitPart('engine', () => runner.check(), { log: deployment.log, signal })
          deployment.log.info('the sweeper is ready')
          await Promise.all([runSweeps(deployment, runner, signal), runRetentionRole(deployment, signal)])
        } finally {
          await runner.close()
        }
      })
    })
}
