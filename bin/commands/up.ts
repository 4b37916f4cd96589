import type { Command } from 'commander'
import { runTogether } from '../compose/run-together.ts'
import { isSlackConfigured, runSlackRole } from '../compose/slack-role.ts'
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
          ...(isSlackConfigured(deployment.config) ? [(ending: AbortSignal) => runSlackRole(deployment, ending)] : []),
        ]),
      )
    })
}
