import { ProviderError } from '../errors.ts'
import type { Mailer } from '../mail/mail.ts'

/** Enough to be quick, few enough to be polite. */
const atOnce = 8

/** Why mail to some of these cannot arrive. Where the checker itself fails, the mail has to find out. */
export async function undeliverable(
  addresses: readonly string[],
  mailer: Mailer,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>()
  const queue = addresses.values()
  let broken = false
  const work = async () => {
    for (const address of queue) {
      if (broken) return
      const reason = await mailer.check(address).catch((failure: unknown) => {
        if (!(failure instanceof ProviderError)) throw failure
        broken = true
        return undefined
      })
      if (reason !== undefined) reasons.set(address, reason)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return reasons
}
