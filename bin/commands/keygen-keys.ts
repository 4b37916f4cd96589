import { type Command, Option } from 'commander'
import { z } from 'zod'
import { parseDuration } from '../../core/config/duration.ts'
import { Refusal } from '../../core/errors.ts'
import { closeAccount, getKey, resend, revoke, rotate } from '../../keygen/keys.ts'
import type { CommandIo } from './io.ts'
import { withDesk } from './keygen-desk.ts'
import { mailSchema, readTexts, withMailOptions } from './keygen-mail.ts'

const rotateSchema = mailSchema.extend({
  deliver: z.enum(['mail', 'direct', 'show']).default('show'),
  overlap: z.string(),
})
const whoSchema = z.object({ email: z.string().optional(), yes: z.boolean().default(false) })
const resendSchema = mailSchema.extend({
  failed: z.boolean().default(false),
  deliver: z.enum(['mail', 'direct']).default('mail'),
})

/** Adds what renews and ends the keys of people who have an account. */
export function addKeys(keygen: Command, io: CommandIo): void {
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
