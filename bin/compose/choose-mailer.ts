import type { Config } from '../../core/config/schema.ts'
import { ConfigError } from '../../core/errors.ts'
import { createConsoleMailer } from '../../core/mail/console.ts'
import type { Mailer } from '../../core/mail/mail.ts'
import { createMailgunMailer } from '../../core/mail/mailgun.ts'

/**
 * The mailer of the configuration. Throws a `ConfigError` where Mailgun lacks its keys.
 * @param print gets one line for each mail that `console` keeps.
 */
export function chooseMailer({ email, app }: Config, print: (line: string) => void, testMode = false): Mailer {
  const from = email.source ?? `postmaster@${email.domain ?? 'localhost'}`
  if (email.provider === 'console') return createConsoleMailer({ outbox: email.outbox, from, print })
  const { domain, mailgun_active_api_key: apiKey, mailgun_email_validation_key: validationKey } = email
  if (domain === undefined || apiKey === undefined) {
    const missing = domain === undefined ? 'email.domain' : 'email.mailgun_active_api_key'
    throw new ConfigError([{ key: missing, problem: 'is needed where email.provider is mailgun' }])
  }
  return createMailgunMailer({
    url: email.endpoint,
    domain,
    from: from.includes('<') ? from : `${app.full_name} <${from}>`,
    apiKey,
    testMode,
    ...(validationKey === undefined ? {} : { validationKey }),
  })
}
