import { randomUUID } from 'node:crypto'
import type { MailTo } from '../../bots/welcome.ts'
import type { Config } from '../../core/config/schema.ts'
import { parseTemplate } from '../../core/mail/template.ts'
import { chooseMailer } from './choose-mailer.ts'

/** How a bot mails one person; `undefined` where no mail leaves this installation. */
export function createPlainMail(config: Config): MailTo | undefined {
  if (config.email.provider === 'console') return undefined
  const mailer = chooseMailer(config, () => undefined)
  const field = (name: string) => parseTemplate(`{{ ${name} }}`, name, (known) => known)
  const template = { subject: field('subject'), text: field('text') }
  return async ({ email }, fields) => {
    if (email === undefined) return
    const id = randomUUID()
    const outcome = (await mailer.send({ template, recipients: [{ id, address: email, fields }], tag: 'chat' })).get(id)
    if (outcome?.status !== 'accepted') throw new Error(outcome?.reason ?? 'the provider took no mail')
  }
}
