import { defaultMail } from '../core/enrolment/default-mail.ts'
import { deliverByMail } from '../core/enrolment/deliver-mail.ts'
import { type MailTexts, mailFields, readMailTemplate } from '../core/enrolment/mail-fields.ts'
import type { ProfilePerson } from '../core/enrolment/profile.ts'
import { escapeHtml, fillTemplate } from '../core/mail/template.ts'
import type { Desk } from './desk.ts'

/** What the files say, and for the rest what RAI says itself. */
export function textsOf(given: Partial<MailTexts>): MailTexts {
  return { ...defaultMail, ...given }
}

/** Mails whatever waits, with a bar, and says how it went. */
export async function sendMails(desk: Desk, texts: MailTexts): Promise<void> {
  const template = readMailTemplate(texts)
  const { deliveries } = desk.records.enrolment
  const bar = desk.progress('mailing')
  const { accepted, failed } = await deliverByMail({
    ...{ deliveries, mailer: desk.mailer, template, keys: desk.keys, signal: desk.signal },
    onProgress: bar.update,
  }).finally(bar.end)
  if (accepted + failed > 0) desk.say(`Mailed: ${accepted}. Could not be mailed: ${failed}.`)
  if (accepted > 0 && desk.outbox !== undefined) desk.warn(stays(desk.outbox))
  if (failed > 0)
    desk.warn('`rai-keygen status` says who and why; `rai-keygen resend --failed` makes new keys for them.')
}

function stays(outbox: string): string {
  return `notice: nobody has got these mails: email.provider is console, so they are files in ${outbox}. Hand them on and delete them, or set up Mailgun and \`rai-keygen resend\`.`
}

const somebody: ProfilePerson = {
  ...{ username: 'ada', firstName: 'Ada', lastName: 'Lovelace', affiliation: 'University', email: 'ada@example.edu' },
  role: 'student',
}

/** The mail as somebody would get it, with keys that open nothing. */
export function previewMail({ say, course }: Desk, texts: MailTexts, person: ProfilePerson = somebody): void {
  const { subject, text, html } = readMailTemplate(texts)
  const pair = { accessKey: 'raia_00000000000000000000', secretKey: 'rais_the-secret-key-is-only-in-the-real-mail' }
  const fields: Readonly<Record<string, string>> = mailFields({ person, course, pair })
  const plain = (field: string) => fields[field] ?? ''
  say(`To: ${person.email ?? person.username}`)
  say(`Subject: ${fillTemplate(subject, plain)}`)
  say(`\n${fillTemplate(text, plain)}`)
  if (html !== undefined) say(`--- HTML ---\n${fillTemplate(html, (field) => escapeHtml(plain(field)))}`)
}
