import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProviderError } from '../errors.ts'
import { headerText, type MailBatch, type Mailer, type MailOutcome, type MailRecipient } from './mail.ts'
import { escapeHtml, fillTemplate } from './template.ts'

export interface ConsoleOptions {
  /** Each mail becomes a file here, readable by this user only: it holds what the mail holds. */
  readonly outbox: string
  readonly from: string
  /** Gets one line a mail, without its text. */
  readonly print: (line: string) => void
}

/** For trying out, and for courses without a mail provider: nothing leaves this host. */
export function createConsoleMailer(options: ConsoleOptions): Mailer {
  return {
    batchLimit: 1000,
    send: (batch) => send(options, batch),
    check: async () => undefined,
    failuresSince: async () => [],
  }
}

async function send(options: ConsoleOptions, batch: MailBatch): Promise<Map<string, MailOutcome>> {
  const outcomes = new Map<string, MailOutcome>()
  for (const recipient of batch.recipients) {
    const file = await write(options, batch, recipient).catch((cause: unknown) => {
      if (outcomes.size > 0) return undefined
      throw new ProviderError({ provider: 'outbox', operation: 'keep a mail', retryable: true, cause })
    })
    if (file === undefined) outcomes.set(recipient.id, { status: 'refused', reason: 'the outbox could not be written' })
    else outcomes.set(recipient.id, { status: 'accepted', message: file })
  }
  return outcomes
}

async function write({ outbox, from, print }: ConsoleOptions, batch: MailBatch, recipient: MailRecipient) {
  const { template } = batch
  const plain = (field: string) => recipient.fields[field] ?? ''
  const subject = headerText(fillTemplate(template.subject, plain))
  const name = `${recipient.id.replaceAll(/[^\w-]/g, '_').slice(0, 80)}.eml`
  const headers = [`From: ${headerText(from)}`, `To: ${headerText(recipient.address)}`, `Subject: ${subject}`]
  const html = template.html && fillTemplate(template.html, (field) => escapeHtml(plain(field)))
  await mkdir(outbox, { recursive: true, mode: 0o700 })
  await writeWhole(outbox, name, toMessage(headers, fillTemplate(template.text, plain), html))
  print(`mail to ${recipient.address}: ${subject} (${join(outbox, name)})`)
  return name
}

function toMessage(headers: readonly string[], text: string, html: string | undefined): string {
  const parts = [{ type: 'plain', body: text }, ...(html === undefined ? [] : [{ type: 'html', body: html }])]
  const boundary = randomBytes(12).toString('hex')
  const head = [...headers, 'MIME-Version: 1.0', `Content-Type: multipart/alternative; boundary=${boundary}`]
  const bodies = parts.flatMap(({ type, body }) => [
    `--${boundary}`,
    `Content-Type: text/${type}; charset=utf-8`,
    'Content-Transfer-Encoding: 8bit',
    '',
    body,
  ])
  return [...head, '', ...bodies, `--${boundary}--`, ''].join('\n')
}

/** Under another name first: nobody reads half a mail, and one that is sent again replaces the first. */
async function writeWhole(folder: string, name: string, content: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomBytes(4).toString('hex')}`)
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: 'wx' })
    await rename(temporary, join(folder, name))
  } finally {
    await rm(temporary, { force: true })
  }
}
