import prettyBytes from 'pretty-bytes'

/** What was kept and what was not. */
export interface ResultReport {
  readonly entries: number
  /** Bytes of the files that were kept. */
  readonly bytes: number
  /** How many entries were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
  /** The archive ends before its time, because a limit was met. */
  readonly truncated: boolean
}

export interface Ledger {
  keep(bytes: number): void
  /** @param bytes what passing over it will cost. */
  leaveOut(name: string, reason: string, bytes: number): void
  /** What was left out, in all. */
  skippedBytes(): number
  skippedEntries(): number
  truncate(notice: string): void
  report(): ResultReport
  /** One line for each reason, with an example; the line of a truncation last. */
  notices(): string[]
}

export function createLedger(): Ledger {
  const kept = { entries: 0, bytes: 0 }
  const reasons = new Map<string, { count: number; example: string }>()
  let cut: string | undefined
  const skipped = { entries: 0, bytes: 0 }
  return {
    skippedBytes: () => skipped.bytes,
    skippedEntries: () => skipped.entries,
    keep(bytes) {
      kept.entries += 1
      kept.bytes += bytes
    },
    leaveOut(name, reason, bytes) {
      skipped.bytes += bytes
      skipped.entries += 1
      const entry = reasons.get(reason) ?? { count: 0, example: name }
      reasons.set(reason, { ...entry, count: entry.count + 1 })
    },
    truncate(notice) {
      cut ??= notice
    },
    report() {
      const leftOut = Object.fromEntries([...reasons].map(([reason, { count }]) => [reason, count]))
      return { ...kept, leftOut, truncated: cut !== undefined }
    },
    notices() {
      const lines = [...reasons].map(([reason, { count, example }]) => describe(reason, count, example))
      return cut === undefined ? lines : [...lines, cut]
    },
  }
}

function describe(reason: string, count: number, example: string): string {
  const name = JSON.stringify(example.length > 80 ? `${example.slice(0, 79)}…` : example)
  return count === 1
    ? `Left out of the result: ${name}, because ${reason}.`
    : `Left out of the result: ${count} entries such as ${name}, because ${reason}.`
}

export function tooManyEntries(limit: number): string {
  return `The result was cut after ${limit.toLocaleString('en')} entries, the most that is kept. Remove what you do not need from /build.`
}

export function tooMuchLeftOut(): string {
  return 'The result was cut here, because too much had to be left out. Remove what you do not need from /build.'
}

export function tooManyBytes(limit: number): string {
  return `it did not fit: ${prettyBytes(limit, { binary: true })} of /build are kept`
}
