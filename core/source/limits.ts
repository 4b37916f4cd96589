/** Every bound of one staging. Meeting one is a `Refusal` that says which, how much was found and what to do. */
export interface SourceLimits {
  /** What an attached or local archive may weigh as it arrives, in bytes. */
  readonly archiveBytes: number
  /** What is kept of a source, unpacked, in bytes. */
  readonly bytes: number
  /** Files, links and folders kept. */
  readonly entries: number
  /** Everything that is read while unpacking, what is left out included, in bytes. */
  readonly scannedBytes: number
  /** Everything that is looked at while unpacking, what is left out included. */
  readonly scannedEntries: number
  /** What git may write to disk while it fetches, in bytes. */
  readonly gitBytes: number
  /** How long git may take for one repository, in milliseconds. */
  readonly gitMs: number
}

const mebibyte = 1024 * 1024

export const defaultSourceLimits: SourceLimits = {
  archiveBytes: 256 * mebibyte,
  bytes: 512 * mebibyte,
  entries: 20_000,
  scannedBytes: 2048 * mebibyte,
  scannedEntries: 100_000,
  gitBytes: 512 * mebibyte,
  gitMs: 120_000,
}

/**
 * Bounds that no course has a reason to move: Linux' own for names, and what keeps our memory small.
 */
export const nameBytes = 255
export const pathBytes = 4096
export const pathDepth = 128
/** All paths and link targets of a source together. */
export const indexBytes = 16 * mebibyte
export const buildFileBytes = 256 * 1024
export const ignoreFileBytes = 64 * 1024
export const ignoreFileMs = 2_000
