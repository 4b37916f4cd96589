import { createBell } from '../../core/bell.ts'
import type { CredentialKeys } from '../../core/directory/credential-keys.ts'
import { defaultMail } from '../../core/enrolment/default-mail.ts'
import { deliverByMail } from '../../core/enrolment/deliver-mail.ts'
import { readMailTemplate } from '../../core/enrolment/mail-fields.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Mailer } from '../../core/mail/mail.ts'
import type { Records } from '../../core/records/records.ts'
import { whileHeld } from '../thread/lease.ts'
import type { Courier } from './courier.ts'

export interface MailCourierOptions {
  readonly records: Records
  readonly mailer: Mailer
  readonly keys: CredentialKeys
  readonly owner: string
  readonly logger: Logger
  readonly pollMs?: number
  readonly leaseMs?: number
}

const defaults = { pollMs: 10_000, leaseMs: 15_000 } as const
/** How often the provider is asked what came back, and how far back. */
const bouncesEveryMs = 10 * 60_000
const lookBackMs = 5 * 86_400_000

/** Mails the keys that no chat could bring, and notes what comes back. One process of an installation does. */
export function createMailCourier(options: MailCourierOptions): Courier {
  const bell = createBell()
  const { records, owner, logger, pollMs = defaults.pollMs, leaseMs = defaults.leaseMs } = options
  const hold = { leases: records.leases, name: 'courier:mail', owner, leaseMs, logger }

  async function work(held: AbortSignal): Promise<void> {
    let askedAt = Number.NEGATIVE_INFINITY
    while (!held.aborted) {
      await attempt(options, held, 'mail keys', () => mail(options, held))
      if (performance.now() - askedAt > bouncesEveryMs) {
        askedAt = performance.now()
        await attempt(options, held, 'ask what came back', () => noteBounces(options))
      }
      await bell.wait({ ms: pollMs, signal: held })
    }
  }

  return { run: (signal) => whileHeld(hold, signal, work), poke: bell.ring }
}

async function attempt({ logger }: MailCourierOptions, held: AbortSignal, doing: string, work: () => Promise<void>) {
  await work().catch((error: unknown) => {
    if (!held.aborted) logger.warn({ err: describeError(error) }, `could not ${doing}`)
  })
}

async function mail({ records, mailer, keys, logger }: MailCourierOptions, signal: AbortSignal): Promise<void> {
  const { deliveries } = records.enrolment
  const template = readMailTemplate(defaultMail)
  const { accepted, failed } = await deliverByMail({ deliveries, mailer, template, keys, signal, byBot: true })
  if (accepted + failed > 0) logger.info({ accepted, failed }, 'mailed keys')
}

async function noteBounces({ records, mailer, logger }: MailCourierOptions): Promise<void> {
  const bounced = await records.enrolment.deliveries.bounced(await mailer.failuresSince(Date.now() - lookBackMs))
  if (bounced > 0) logger.warn({ bounced }, 'mails with keys came back; `rai keygen status` says whose')
}
