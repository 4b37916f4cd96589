const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
}
const pattern = /^(\d+(?:\.\d+)?) ?([bkmgt]?)(i?b?)$/

/**
 * Bytes of `16gb`, `512mb`, `1.5g`, `64KiB`; a bare number counts bytes. Units are powers of 1,024, as Docker's are.
 * `undefined` when it is none of these, or too large to be exact.
 */
export function parseSize(value: string | number): number | undefined {
  const [, count, unit] = pattern.exec(String(value).trim().toLowerCase()) ?? []
  if (count === undefined) return undefined
  const bytes = Math.round(Number(count) * (unitBytes[unit || 'b'] ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The shortest text that `parseSize` reads back as the same number of bytes. */
export function formatSize(bytes: number): string {
  const unit = ['t', 'g', 'm', 'k'].find((name) => bytes > 0 && bytes % (unitBytes[name] ?? 1) === 0) ?? ''
  return `${bytes / (unitBytes[unit] ?? 1)}${unit}b`
}
