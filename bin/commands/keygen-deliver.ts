import { resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { defaultMail } from '../../core/enrolment/default-mail.ts'
import { deliverWaiting, renewCodes } from '../../keygen/deliver.ts'
import type { CommandIo } from './io.ts'
import { withDesk } from './keygen-desk.ts'

const schema = z.object({ course: z.string().optional(), out: z.string() })

/** What brings keys that wait. */
export function addDelivering(keygen: Command, io: CommandIo): void {
  keygen
    .command('deliver')
    .description('mail what waits for it, and write into a file what nothing else brings; issues nothing')
    .option('--out <file>', 'the file', 'rai-keys.csv')
    .action((given: unknown, command: Command) => {
      const out = resolve(io.cwd, schema.parse(given).out)
      return withDesk(command, io, {}, (desk) => deliverWaiting(desk, { texts: defaultMail, out }))
    })
  keygen
    .command('codes')
    .description('new enrolment codes for everybody whose keys wait for one; older codes end')
    .option('--course <course>', 'another course')
    .option('--out <file>', 'where they are written', 'rai-codes.csv')
    .action((given: unknown, command: Command) => {
      const options = schema.parse(given)
      return withDesk(command, io, options, (desk) => renewCodes(desk, resolve(io.cwd, options.out), { again: true }))
    })
}
