export interface ParsedDuration {
  readonly ms: number
  /** What was assumed, for a warning, when the text had no unit. */
  readonly note?: string
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ...['ns', 'nanosecond', 'nanoseconds'].map((unit) => [unit, 1e-6] as const),
  ...['us', 'µs', 'μs', 'microsecond', 'microseconds'].map((unit) => [unit, 1e-3] as const),
  ...['ms', 'millisecond', 'milliseconds'].map((unit) => [unit, 1] as const),
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1000] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60_000] as const),
  ...['h', 'hr', 'hour', 'hours'].map((unit) => [unit, 3_600_000] as const),
  ...['d', 'day', 'days'].map((unit) => [unit, 86_400_000] as const),
])

/** `1h30m`, `90 s`, `1.5 hours`. `undefined` for anything else, negative times included. */
export function parseDuration(text: string): ParsedDuration | undefined {
  if (text.length > 40) return undefined
  if (/^\d+$/.test(text)) return withoutUnit(Number(text))
  if (!/^(?:\d+(?:\.\d+)?\s*[a-zµμ]+\s*)+$/i.test(text)) return undefined
  let ms = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµμ]+)/gi)) {
    ms += Number(amount) * (unitMs.get(unit?.toLowerCase() ?? '') ?? Number.NaN)
  }
  return Number.isFinite(ms) ? { ms: Math.ceil(ms) } : undefined
}

/** The original read a bare number as nanoseconds; whoever writes `600` means seconds. */
function withoutUnit(amount: number): ParsedDuration | undefined {
  if (amount === 0) return { ms: 0 }
  if (amount < 1e9) return { ms: amount * 1000, note: `has no unit, and is read as ${amount} seconds.` }
  return { ms: Math.ceil(amount / 1e6), note: `has no unit, and is read as ${amount} nanoseconds.` }
}

const byteUnits = ['', 'k', 'm', 'g', 't']

/** `4gb`, `512 MiB`, `1000`. Units are powers of 1024, as Docker's are. `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:i?b)?$/i.exec(text)
  if (match === null) return undefined
  const bytes = Math.round(Number(match[1]) * 1024 ** byteUnits.indexOf((match[2] ?? '').toLowerCase()))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
