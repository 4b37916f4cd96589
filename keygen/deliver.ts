import type { DeliveryWay } from '../core/enrolment/channel.ts'
import { deliverToFile } from '../core/enrolment/deliver-file.ts'
import type { MailTexts } from '../core/enrolment/mail-fields.ts'
import { writeCodes } from '../core/enrolment/write-codes.ts'
import type { Desk } from './desk.ts'
import { sendMails } from './mails.ts'

interface Delivering {
  readonly texts: MailTexts
  /** Where keys or codes are written. */
  readonly out: string
}

/** Brings what was issued, also what earlier runs left behind. */
export async function deliverKeys(
  desk: Desk,
  { deliver, ...options }: Delivering & { readonly deliver: DeliveryWay },
): Promise<void> {
  if (deliver === 'none') return
  if (deliver === 'codes') return renewCodes(desk, options.out, { again: false })
  if (deliver === 'file') return writeFile(desk, options.out)
  await deliverWaiting(desk, options)
  if (deliver === 'direct') await sayWhatWaits(desk)
}

/** By mail, and into a file what nothing else reaches. */
export async function deliverWaiting(desk: Desk, { texts, out }: Delivering): Promise<void> {
  await sendMails(desk, texts)
  await writeFile(desk, out)
}

async function writeFile(desk: Desk, out: string): Promise<void> {
  const { deliveries } = desk.records.enrolment
  const written = await deliverToFile({ deliveries, keys: desk.keys, path: out })
  const pairs = written === 1 ? '1 pair of keys is' : `${written} pairs of keys are`
  if (written > 0) desk.say(`${pairs} in ${out}. Hand them on, then delete the file.`)
}

async function sayWhatWaits({ records, say }: Desk): Promise<void> {
  for (const channel of ['slack', 'discord'] as const) {
    const { count } = await records.enrolment.deliveries.waiting(channel)
    if (count > 0) say(`${count} wait for the bot on ${channel}, which writes to people while it runs.`)
  }
}

/** A code for everybody whose keys wait for one. */
export async function renewCodes(desk: Desk, path: string, { again }: { readonly again: boolean }): Promise<void> {
  const { records, keys, course, actor, say, codeTimeMs: lifetimeMs } = desk
  const written = await writeCodes({ enrolment: records.enrolment, keys, course, actor, path, lifetimeMs, again })
  if (written === 0) return say('Nobody waits for a code.')
  say(
    `${written === 1 ? '1 code is' : `${written} codes are`} in ${path}. Give each person theirs: \`/rai login code:…\` in the chat shows them their keys.`,
  )
}
