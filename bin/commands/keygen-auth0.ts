import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../../core/config/load.ts'
import { rosterOf } from '../../core/directory/auth0-roster.ts'
import { allUsers } from '../../core/directory/auth0-users.ts'
import { enrol } from '../../keygen/enrol.ts'
import { textsOf } from '../../keygen/mails.ts'
import { auth0Of } from '../compose/choose-directory.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'
import { withDesk } from './keygen-desk.ts'

const ways = ['mail', 'direct', 'codes', 'file', 'none'] as const
const importSchema = z.object({
  deliver: z.enum(ways).default('none'),
  out: z.string().default('rai-keys.csv'),
  course: z.string().optional(),
  dryRun: z.boolean().default(false),
  skipBad: z.boolean().default(false),
  csv: z.boolean().default(false),
  yes: z.boolean().default(false),
})

/** Adds `keygen import-auth0`: enrols the people of the configured Auth0 tenant. Nobody loses access by it. */
export function addImport(keygen: Command, io: CommandIo): void {
  keygen
    .command('import-auth0')
    .description(
      'enrol the people that Auth0 has, with the roles they have there; issues no keys unless --deliver says so',
    )
    .addOption(new Option('--deliver <way>', 'issue keys as well, and how they reach people').choices(ways))
    .option('--out <file>', 'where keys are written that nothing else brings', 'rai-keys.csv')
    .option('--course <course>', 'the course they are in')
    .option('--csv', 'print them as a roster, and change nothing')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--skip-bad', 'leave out people who cannot be enrolled')
    .option('-y, --yes', 'do not ask')
    .action((given: unknown, command: Command) => importPeople(importSchema.parse(given), command, io))
}

async function importPeople(options: z.infer<typeof importSchema>, command: Command, io: CommandIo): Promise<void> {
  const { config: file, secret } = globalOptions(command)
  const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const { csv, count, notices } = await rosterOf(allUsers(auth0Of(config), config.auth.connection))
  for (const notice of notices) io.stderr.write(`notice: ${notice}\n`)
  if (options.csv) return void io.stdout.write(csv)
  io.stdout.write(`Auth0 has ${count} ${count === 1 ? 'person' : 'people'} in ${config.auth.connection}.\n`)
  await withDesk(command, io, { course: options.course }, (desk) =>
    enrol(desk, {
      ...options,
      roster: rosterText(csv),
      texts: textsOf({}),
      out: resolve(io.cwd, options.out),
      preview: false,
      keepMissing: true,
    }),
  )
}

async function* rosterText(csv: string): AsyncIterable<string> {
  yield csv
}
