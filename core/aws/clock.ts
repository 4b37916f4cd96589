import prettyMilliseconds from 'pretty-ms'

/** Amazon refuses signatures that are more than five minutes off. */
const tolerableMs = 4 * 60_000

/** What to tell about a clock that is off by so much (ours minus theirs), or `undefined` where it does not matter. */
export function clockTrouble(offMs: number): string | undefined {
  if (Math.abs(offMs) <= tolerableMs) return undefined
  const by = prettyMilliseconds(Math.abs(offMs), { secondsDecimalDigits: 0, unitCount: 2 })
  return `the clock of this host is ${by} ${offMs > 0 ? 'ahead of' : 'behind'} the service's, so what it signs is refused; set it (timedatectl set-ntp true)`
}

/** Names of answers that say it without saying by how much. */
const skewed = new Set(['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture'])

/** Whether an answer means that the request was signed at another time than the service's. */
export function isClockSkew(name: string, message: string): boolean {
  return skewed.has(name) || /Signature (expired|not yet current)/i.test(message)
}

export const clockIsOff =
  "the clock of this host differs from the service's by more than that allows; set it (timedatectl set-ntp true)"
