import type { Readable } from 'node:stream'
import picomatch from 'picomatch'
import { packTogether } from '../result/repack.ts'
import { filterResult } from '../result/result.ts'

/** Where the grading phase finds what the student's commands left, below `/src`. */
export const submissionFolder = 'submission'

export interface GradingSourceOptions {
  /** The staff's files as an uncompressed tar. Absent: there are none. */
  readonly files?: Readable
  /** What `/build` holds: a hostile tar. */
  readonly build: Readable
  /** Globs below `/build`. */
  readonly artefacts: readonly string[]
  readonly maxBytes: number
  readonly maxEntries: number
}

/**
 * One tar for the grading phase's `/src`: the staff's files, and in `submission/` the files that were declared. Links
 * do not come along: in there they could point at the staff's files.
 */
export function packGradingSource({ files, build, artefacts, ...bounds }: GradingSourceOptions): Readable {
  const declared = picomatch([...artefacts], { dot: true })
  const { tar } = filterResult(build, { ...bounds, onNotice: () => undefined })
  const fromStudent = {
    source: tar,
    decide: ({ name, type, size, mode, mtime }: Header) =>
      type === 'file' && declared(name) ? { name: `${submissionFolder}/${name}`, type, size, mode, mtime } : 'skip',
  } as const
  const fromStaff = files && [
    { source: files, decide: (header: Header) => (isTaken(header) ? 'skip' : header) } as const,
  ]
  return packTogether([...(fromStaff ?? []), fromStudent])
}

type Header = Parameters<Parameters<typeof packTogether>[0][number]['decide']>[0]

function isTaken({ name }: Header): boolean {
  return name.replace(/\/+$/, '').split('/')[0] === submissionFolder
}
