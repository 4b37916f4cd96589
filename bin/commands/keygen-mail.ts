import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import type { MailTexts } from '../../core/enrolment/mail-fields.ts'
import { Refusal } from '../../core/errors.ts'
import { codeOf } from '../../core/system-error.ts'
import { textsOf } from '../../keygen/mails.ts'
import type { CommandIo } from './io.ts'

/** What the commands that mail keys have in common. */
export const mailSchema = z.object({
  template: z.string().optional(),
  html: z.string().optional(),
  subject: z.string().optional(),
  testMode: z.boolean().optional(),
})

export function withMailOptions(command: Command): Command {
  return command
    .option('-t, --template <file>', 'text of the mail, with {{ firstname }} and so on')
    .option('--html <file>', 'the same as HTML')
    .option('--subject <text>', 'its subject')
    .option('--test-mode', 'Mailgun takes the mail and does not deliver it')
}

export function unreadable(name: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
  return new Refusal('file-unreadable', `${name} ${why}. Nothing was changed.`)
}

export async function readTexts(options: z.infer<typeof mailSchema>, { cwd }: CommandIo): Promise<MailTexts> {
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
