import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { Header } from 'tar-stream'
import { createLedger, type Ledger, type ResultReport, tooManyBytes, tooManyEntries, tooMuchLeftOut } from './ledger.ts'
import { readEntryName, staysInside } from './names.ts'
import { type Decision, repack } from './repack.ts'
import { createSeen, type Seen } from './seen.ts'

export interface FilterOptions {
  /** Bytes of all files together. */
  readonly maxBytes: number
  readonly maxEntries: number
  /** A sentence for the submission's log. Called before the filtered archive ends; a few times at most. */
  readonly onNotice: (notice: string) => void
}

export interface FilteredResult {
  readonly tar: Readable
  /** What was kept so far; complete once `tar` has ended. */
  readonly report: () => ResultReport
}

/**
 * The hostile tar of `/build`, as a tar that is safe to unpack: only files, folders, links that stay inside, and hard
 * links to files that were kept; plain modes and owners; bounded. Everything else is left out, with a notice.
 */
export function filterResult(source: Readable, options: FilterOptions): FilteredResult {
  const ledger = createLedger()
  const filter = { ...options, ledger, seen: createSeen() }
  const tar = repack(
    source,
    (header) => decide(filter, header),
    () => ledger.notices().forEach(options.onNotice),
  )
  return { tar, report: ledger.report }
}

/** A true `.tar.gz`. An error of the tar is an error of the result; destroying the result ends the tar. */
export function packResult(tar: Readable): Readable {
  return pipeline(tar, createGzip(), () => {})
}

interface Filter extends FilterOptions {
  readonly ledger: Ledger
  readonly seen: Seen
}

/** Passing over what was left out costs time too: a file of holes can be larger than any disk. */
const skippedFactor = 4

function decide(filter: Filter, header: Header): Decision {
  const { ledger, maxEntries, maxBytes } = filter
  const segments = readEntryName(header.name)
  if ('unfit' in segments) return leaveOut(filter, header, segments.unfit)
  if (segments.length === 0) return 'skip'
  if (ledger.report().entries >= maxEntries) return stop(ledger, tooManyEntries(maxEntries))
  if (header.type === 'file' && ledger.report().bytes + header.size > maxBytes) {
    return leaveOut(filter, header, tooManyBytes(maxBytes))
  }
  return keep(filter, header, segments)
}

function keep(filter: Filter, header: Header, segments: readonly string[]): Decision {
  const written = rewrite(filter, header, segments)
  if (typeof written === 'string') return leaveOut(filter, header, written)
  filter.ledger.keep(written.size ?? 0)
  return written
}

type Written = Exclude<Decision, string>

/** The header to write, or why there is none. */
function rewrite({ seen }: Filter, header: Header, segments: readonly string[]): Written | string {
  const { type, size, mode, mtime } = header
  // tar-stream gives null where there is none, whatever its types say.
  const linkname = header.linkname ?? ''
  const common = { name: segments.join('/'), uid: 0, gid: 0, uname: '', gname: '', mtime: sane(mtime) }
  const taken = 'its place is taken by another entry'
  switch (type) {
    case 'file':
      return seen.claim(segments, 'file') ? { ...common, type, size, mode: (mode & 0o755) | 0o600 } : taken
    case 'directory':
      return seen.claim(segments, 'directory') ? { ...common, type, mode: (mode & 0o755) | 0o700 } : taken
    case 'symlink':
      if (!staysInside(linkname, segments.length - 1)) return 'it links out of /build'
      return seen.claim(segments, 'symlink') ? { ...common, type, linkname, mode: 0o777 } : taken
    case 'link':
      return rewriteHardLink(seen, common, linkname, segments) ?? 'it is a hard link to something that was not kept'
    default:
      return 'it is neither a file, a folder nor a link'
  }
}

function rewriteHardLink(
  seen: Seen,
  common: Written,
  linkname: string,
  segments: readonly string[],
): Written | undefined {
  const target = readEntryName(linkname)
  if ('unfit' in target || !seen.isFile(target) || !seen.claim(segments, 'file')) return undefined
  return { ...common, type: 'link', linkname: target.join('/'), mode: 0o600 }
}

const latest = 2 ** 33 - 1

/** A container chooses its own times; tar readers need not survive all of them. */
function sane(mtime: Date): Date {
  const seconds = Math.floor(mtime.getTime() / 1000)
  return new Date(Math.min(Math.max(Number.isFinite(seconds) ? seconds : 0, 0), latest) * 1000)
}

function leaveOut({ ledger, maxBytes, maxEntries }: Filter, header: Header, reason: string): Decision {
  ledger.leaveOut(header.name, reason, header.size)
  const tooMuch =
    ledger.skippedBytes() > maxBytes * skippedFactor || ledger.skippedEntries() > maxEntries * skippedFactor
  return tooMuch ? stop(ledger, tooMuchLeftOut()) : 'skip'
}

function stop(ledger: Ledger, notice: string): Decision {
  ledger.truncate(notice)
  return 'stop'
}
