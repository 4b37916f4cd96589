import { Temporal } from 'temporal-polyfill'

/** A moment that was read, or why it was not, as a sentence's end and a hint. */
export type ReadMoment = { readonly at: number } | { readonly problem: string; readonly hint: string }

const form = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/

/**
 * `2026-12-11 23:59` on the clocks of a time zone, in milliseconds since the epoch. A time that those clocks skip, or show
 * twice, is nobody's deadline.
 */
export function readMoment(text: string, timeZone: string): ReadMoment {
  const [, date, time] = form.exec(text.trim()) ?? []
  if (date === undefined || time === undefined) {
    return { problem: 'is no date with a time', hint: 'Write it as `2026-12-11 23:59`.' }
  }
  const plain = plainOf(`${date}T${time}`)
  if (plain === undefined) return { problem: 'is a date that no calendar has', hint: 'Write it as `2026-12-11 23:59`.' }
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(timeZone, { disambiguation }),
  )
  if (first === undefined || second === undefined || first.equals(second)) {
    return { at: plain.toZonedDateTime(timeZone).epochMilliseconds }
  }
  const twice = first.toPlainDateTime().equals(plain)
  return {
    problem: twice
      ? `comes twice in ${timeZone}, because the clocks go back then`
      : `does not exist in ${timeZone}, because the clocks go forward then`,
    hint: `Choose another time, such as ${second.add({ hours: 1 }).toPlainDateTime().toString().slice(0, 16).replace('T', ' ')}.`,
  }
}

function plainOf(text: string): Temporal.PlainDateTime | undefined {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** `2026-12-11 23:59 (America/Chicago)`. Seconds only where there are some. */
export function momentText(at: number, timeZone = 'UTC'): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).toPlainDateTime()
  const text = local.toString({ smallestUnit: local.second === 0 ? 'minute' : 'second' }).replace('T', ' ')
  return `${text} ${timeZone === 'UTC' ? 'UTC' : `(${timeZone})`}`
}
