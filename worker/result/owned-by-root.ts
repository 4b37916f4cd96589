import type { Readable } from 'node:stream'
import type { Header } from 'tar-stream'
import { type Decision, repack } from './repack.ts'

/** A staged archive as `/src` wants it: everything root's, readable by all, writable by root alone, nothing special. */
export function ownedByRoot(source: Readable): Readable {
  return repack(source, decide)
}

function decide({ name, type, size, mode, mtime, linkname }: Header): Decision {
  const owner = { name, uid: 0, gid: 0, uname: '', gname: '', mtime }
  if (type === 'directory') return { ...owner, type, mode: 0o755 }
  if (type === 'symlink') return { ...owner, type, linkname, mode: 0o777 }
  if (type !== 'file') return 'skip'
  const executable = (mode & 0o100) !== 0
  return { ...owner, type, size, mode: executable ? 0o755 : 0o644 }
}
