import type { Command } from 'commander'
import { z } from 'zod'
import { show, status, teams } from '../../keygen/status.ts'
import type { CommandIo } from './io.ts'
import { withDesk } from './keygen-desk.ts'

const viewSchema = z.object({ course: z.string().optional(), csv: z.boolean().default(false) })

/** What shows and changes nothing. */
export function addViews(keygen: Command, io: CommandIo): void {
  const course = ['--course <course>', 'another course'] as const
  keygen
    .command('status')
    .description('whether everybody has their keys, and who has not')
    .option(...course)
    .option('--csv', 'everybody, for a spreadsheet')
    .action((given: unknown, command: Command) => {
      const options = viewSchema.parse(given)
      return withDesk(command, io, options, (desk) => status(desk, options))
    })
  keygen
    .command('show')
    .argument('<person>', 'username or mail address')
    .description('all about one person, without the secret key')
    .action((name: string, _given: unknown, command: Command) => withDesk(command, io, {}, (desk) => show(desk, name)))
  keygen
    .command('teams')
    .description('who works with whom')
    .option(...course)
    .action((given: unknown, command: Command) => withDesk(command, io, viewSchema.parse(given), teams))
}
