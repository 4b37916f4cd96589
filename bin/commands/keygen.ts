import { createReadStream } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { Refusal } from '../../core/errors.ts'
import { type EnrolCommand, enrol } from '../../keygen/enrol.ts'
import { createDryRunStudent, createSingle } from '../../keygen/single.ts'
import type { CommandIo } from './io.ts'
import { addImport } from './keygen-auth0.ts'
import { addDelivering } from './keygen-deliver.ts'
import { withDesk } from './keygen-desk.ts'
import { addKeys } from './keygen-keys.ts'
import { mailSchema, readTexts, unreadable, withMailOptions } from './keygen-mail.ts'
import { addViews } from './keygen-views.ts'

/** Adds `keygen`, with the original's flags and more; ends with 0, or 2 and a sentence. */
export function addKeygenCommand(program: Command, io: CommandIo): void {
  const keygen = program
    .command('keygen')
    .description('accounts and keys: enrol a class, make, send, rotate and revoke keys')
  addSingle(keygen, io)
  addRoster(keygen, io)
  addKeys(keygen, io)
  addDelivering(keygen, io)
  addViews(keygen, io)
  addImport(keygen, io)
}

const singleSchema = z.object({
  username: z.string().optional(),
  email: z.string().optional(),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  team: z.string().optional(),
  role: z.string().optional(),
})

function addSingle(keygen: Command, io: CommandIo): void {
  keygen
    .command('account', { isDefault: true })
    .description('make one account and show its keys; also without the word `account`')
    .option('-u, --username <name>', 'make keys for one person: their username')
    .option('-e, --email <address>', 'their mail address')
    .option('-f, --firstname <name>', 'their first name')
    .option('-l, --lastname <name>', 'their last name')
    .option('-t, --team <team>', 'their team')
    .option('-r, --role <role>', 'their role: guest, student, class, power, ta, instructor, admin')
    .action(async (given: unknown, command: Command) => {
      const { username, email, ...rest } = singleSchema.parse(given)
      if (username === undefined || email === undefined) {
        throw new Refusal('needs-username', 'One account needs -u and -e. `rai-keygen --help` lists the rest.')
      }
      await withDesk(command, io, {}, (desk) => createSingle(desk, { username, email, ...rest }))
    })
  keygen
    .command('dry-run-student')
    .description('an account with which an instructor sees what a student sees')
    .action((_given: unknown, command: Command) =>
      withDesk(command, io, {}, (desk) => createDryRunStudent(desk, userInfo().username)),
    )
}

const ways = ['mail', 'direct', 'codes', 'file', 'none'] as const

const enrolSchema = mailSchema.extend({
  list: z.string().optional(),
  deliver: z.enum(ways).default('mail'),
  out: z.string().default('rai-keys.csv'),
  course: z.string().optional(),
  dryRun: z.boolean().default(false),
  skipBad: z.boolean().default(false),
  preview: z.boolean().default(false),
  keepMissing: z.boolean().default(false),
  yes: z.boolean().default(false),
})

function addRoster(keygen: Command, io: CommandIo): void {
  const deliver = new Option('--deliver <way>', 'how the keys reach people').choices(ways).default('mail')
  const enrolCommand = keygen
    .command('enroll')
    .argument('<roster>', 'CSV file, or - for standard input')
    .description('enrol a class from its roster, and deliver the keys')
    .addOption(deliver)
    .option('--out <file>', 'where keys or codes are written that nothing else brings', 'rai-keys.csv')
    .option('--keep-missing', 'who is not in the roster keeps their access')
  withEnrolOptions(enrolCommand).action((roster: string, given: unknown, command: Command) =>
    runEnrol({ roster, given, command, io }),
  )
  const emailKeys = keygen
    .command('emailkeys')
    .description('enrol the people of a list and mail them their keys; nobody loses access')
    .requiredOption('-l, --list <file>', 'CSV file')
  withEnrolOptions(emailKeys).action((given: unknown, command: Command) => {
    const { list = '-' } = enrolSchema.parse(given)
    return runEnrol({ roster: list, given, command, io, changes: { keepMissing: true, deliver: 'mail' } })
  })
}

function withEnrolOptions(command: Command): Command {
  return withMailOptions(command)
    .option('--course <course>', 'course of rows that name none')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--skip-bad', 'leave out rows that are not understood')
    .option('--preview', 'show the mail, and change nothing')
    .option('-y, --yes', 'do not ask')
}

interface EnrolRun {
  readonly roster: string
  readonly given: unknown
  readonly command: Command
  readonly io: CommandIo
  readonly changes?: Partial<EnrolCommand>
}

async function runEnrol({ roster, given, command, io, changes }: EnrolRun): Promise<void> {
  const { course, testMode, ...options } = enrolSchema.parse(given)
  const texts = await readTexts(options, io)
  await withDesk(command, io, { course, testMode }, (desk) =>
    enrol(desk, {
      ...options,
      ...changes,
      roster: openRoster(roster, io),
      out: resolve(io.cwd, options.out),
      texts,
    }),
  )
}

async function* openRoster(name: string, { stdin, cwd }: CommandIo): AsyncIterable<Buffer | string> {
  try {
    yield* name === '-' ? stdin : createReadStream(resolve(cwd, name))
  } catch (error) {
    throw unreadable(name, error)
  }
}
