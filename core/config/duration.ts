const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy
/** Longer than any course; keeps the sum an exact integer. */
const longestMs = 100 * 366 * 86_400_000

/**
 * Milliseconds of `1h`, `15m`, `1h30m`, `1.5h`, `250ms`; a bare number counts seconds.
 * `undefined` when it is none of these, or longer than a hundred years.
 */
export function parseDuration(value: string | number): number | undefined {
  const text = String(value).trim().toLowerCase()
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : sumOfParts(text)
  return ms === undefined || ms > longestMs ? undefined : Math.round(ms)
}

function sumOfParts(text: string): number | undefined {
  let sum = 0
  let end = 0
  for (const [whole, count, unit] of text.replaceAll(' ', '').matchAll(part)) {
    sum += Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
    end += whole.length
  }
  return end > 0 && end === text.replaceAll(' ', '').length ? sum : undefined
}

/** The shortest text that `parseDuration` reads back as the same number of milliseconds. */
export function formatDuration(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms > 0 && ms % (unitMs[name] ?? 1) === 0) ?? 'ms'
  return `${ms / (unitMs[unit] ?? 1)}${unit}`
}
