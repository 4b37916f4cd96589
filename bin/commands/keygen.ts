import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import { parseDuration } from '../../core/config/duration.ts'
import type { MailTexts } from '../../core/enrolment/mail-fields.ts'
import { Refusal } from '../../core/errors.ts'
import { codeOf } from '../../core/system-error.ts'
import { type EnrolCommand, enrol } from '../../keygen/enrol.ts'
import { closeAccount, getKey, resend, revoke, rotate } from '../../keygen/keys.ts'
import { textsOf } from '../../keygen/mails.ts'
import { createDryRunStudent, createSingle } from '../../keygen/single.ts'
import type { CommandIo } from './io.ts'
import { addImport } from './keygen-auth0.ts'
import { addDelivering } from './keygen-deliver.ts'
import { withDesk } from './keygen-desk.ts'
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

const mailSchema = z.object({
  template: z.string().optional(),
  html: z.string().optional(),
  subject: z.string().optional(),
  testMode: z.boolean().optional(),
})

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

function withMailOptions(command: Command): Command {
  return command
    .option('-t, --template <file>', 'text of the mail, with {{ firstname }} and so on')
    .option('--html <file>', 'the same as HTML')
    .option('--subject <text>', 'its subject')
    .option('--test-mode', 'Mailgun takes the mail and does not deliver it')
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

function unreadable(name: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  return new Refusal('file-unreadable', `${name} cannot be read (${code}). Nothing was changed.`)
}

async function readTexts(options: z.infer<typeof mailSchema>, { cwd }: CommandIo): Promise<MailTexts> {
  const read = (file: string) =>
    readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
      throw unreadable(file, error)
    })
  return textsOf({
    ...(options.subject === undefined ? {} : { subject: options.subject }),
    ...(options.template === undefined ? {} : { text: await read(options.template) }),
    ...(options.html === undefined ? {} : { html: await read(options.html) }),
  })
}

const rotateSchema = mailSchema.extend({
  deliver: z.enum(['mail', 'direct', 'show']).default('show'),
  overlap: z.string(),
})
const whoSchema = z.object({ email: z.string().optional(), yes: z.boolean().default(false) })
const resendSchema = mailSchema.extend({
  failed: z.boolean().default(false),
  deliver: z.enum(['mail', 'direct']).default('mail'),
})

function addKeys(keygen: Command, io: CommandIo): void {
  const rotating = keygen
    .command('rotate')
    .argument('<person>', 'username or mail address')
    .description('new keys for one person, shown here once or mailed')
    .addOption(
      new Option('--deliver <way>', 'how they reach the person').choices(['mail', 'direct', 'show']).default('show'),
    )
    .option('--overlap <time>', 'how long the older keys go on working', '24h')
  withMailOptions(rotating).action(async (name: string, given: unknown, command: Command) => {
    const { deliver, overlap, testMode, ...mail } = rotateSchema.parse(given)
    const texts = await readTexts(mail, io)
    const overlapMs = readOverlap(overlap)
    await withDesk(command, io, { testMode }, (desk) => rotate(desk, { name, overlapMs, deliver, texts }))
  })
  keygen
    .command('revoke')
    .argument('<people...>', 'usernames or mail addresses')
    .description('end keys and sign-ins, now')
    .action((names: string[], _given: unknown, command: Command) =>
      withDesk(command, io, {}, (desk) => revoke(desk, names)),
    )
  const resending = keygen
    .command('resend')
    .addOption(new Option('--deliver <way>', 'how they reach people').choices(['mail', 'direct']).default('mail'))
    .argument('[people...]', 'usernames or mail addresses')
    .description('new keys for people; the older ones end')
    .option('--failed', 'for everybody whom their keys did not reach')
  withMailOptions(resending).action(async (names: string[], given: unknown, command: Command) => {
    const { failed, deliver, testMode, ...mail } = resendSchema.parse(given)
    const texts = await readTexts(mail, io)
    await withDesk(command, io, { testMode }, (desk) => resend(desk, { names, failed, deliver, texts }))
  })
  addOriginalKeys(keygen, io)
}

function addOriginalKeys(keygen: Command, io: CommandIo): void {
  keygen
    .command('getkey')
    .argument('[person]', 'username or mail address')
    .description('says what helps who lost a key')
    .option('-e, --email <address>', 'mail address')
    .action((name: string | undefined, given: unknown, command: Command) =>
      withDesk(command, io, {}, (desk) => getKey(desk, whoOf(name, given))),
    )
  keygen
    .command('delete')
    .argument('[person]', 'username or mail address')
    .description('end everything an account may do; its submissions are kept')
    .option('-e, --email <address>', 'mail address')
    .option('-y, --yes', 'do not ask')
    .action((name: string | undefined, given: unknown, command: Command) =>
      withDesk(command, io, {}, (desk) => closeAccount(desk, whoOf(name, given), whoSchema.parse(given))),
    )
}

function whoOf(name: string | undefined, given: unknown): string {
  const who = name ?? whoSchema.parse(given).email
  if (who !== undefined) return who
  throw new Refusal('needs-person', 'Say whom: -e ADDRESS, or a username.')
}

function readOverlap(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw new Refusal(
    'bad-overlap',
    `--overlap must be a duration such as 90s, 15m or 24h, but is ${JSON.stringify(text)}.`,
  )
}
