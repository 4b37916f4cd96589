import prettyBytes from 'pretty-bytes'
import { Refusal } from '../errors.ts'
import { nameBytes, pathBytes, pathDepth } from './limits.ts'

/** A hostile name, made fit for one line of chat. */
export function shown(text: string, length = 80): string {
  const printable = text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\p{Cs}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
  const characters = [...printable.slice(0, 4 * length)]
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length).join('')}…`
}

function size(bytes: number): string {
  return prettyBytes(bytes, { binary: true })
}

// What a tree may not hold

export function pathLeavesRoot(path: string): Refusal {
  return new Refusal(
    'path-leaves-root',
    `“${shown(path)}” points outside your project. Pack the project's folder with relative names, without “..” or a leading “/”.`,
    { path: shown(path) },
  )
}

export function linkLeavesRoot(path: string, target: string): Refusal {
  return new Refusal(
    'link-leaves-root',
    `The link “${shown(path)}” leads to “${shown(target)}”, outside your project (or in a circle). Replace it by a copy of what it points to, or remove it.`,
    { path: shown(path), target: shown(target) },
  )
}

export function hardLinkWithoutFile(path: string, target: string): Refusal {
  return new Refusal(
    'link-without-file',
    `“${shown(path)}” is a hard link to “${shown(target)}”, which is not a file that comes before it in the archive. Pack the project again, or replace the link by a copy.`,
    { path: shown(path), target: shown(target) },
  )
}

export function specialFile(path: string, what: string): Refusal {
  return new Refusal(
    'special-file',
    `“${shown(path)}” is a ${what}. Only files, folders and links can be submitted: remove it.`,
    { path: shown(path), what },
  )
}

export function nameIsUnsafe(path: string): Refusal {
  return new Refusal(
    'unsafe-name',
    `The name “${shown(path)}” holds line breaks, control characters or bytes that are not UTF-8 (or a link in it is empty). Rename it and submit again.`,
    { path: shown(path) },
  )
}

export function nameTooLong(path: string): Refusal {
  return new Refusal(
    'name-too-long',
    `“${shown(path, 40)}” (${Buffer.byteLength(path)} bytes) is too long or too deep: a name may have ${nameBytes} bytes, a path ${pathBytes} and ${pathDepth} folders. Shorten it.`,
    { path: shown(path), bytes: Buffer.byteLength(path), nameBytes, pathBytes, pathDepth },
  )
}

export function sameName(path: string, other: string): Refusal {
  return new Refusal(
    'same-name',
    path === other
      ? `“${shown(path)}” is there twice, or is both a file and a folder. Pack the project again, so that each name comes once.`
      : `“${shown(path)}” and “${shown(other)}” look the same but are written with different Unicode characters. Rename one of them.`,
    { path: shown(path), other: shown(other) },
  )
}

export function nothingToRun(leftOut: number): Refusal {
  const why = leftOut === 0 ? '' : ` (${leftOut} were left out)`
  return new Refusal(
    'empty-submission',
    `There are no files in this submission${why}. Check the branch, the folder and your .raiignore.`,
    {
      leftOut,
    },
  )
}

export function ignoreFileTooLarge(limit: number): Refusal {
  return new Refusal(
    'ignore-file-too-large',
    `Your .raiignore is larger than ${size(limit)}. Use patterns such as “build/” in place of single names.`,
    { limit },
  )
}

export function ignoreFileTooSlow(ms: number): Refusal {
  return new Refusal(
    'ignore-file-too-slow',
    `Matching the patterns of your .raiignore took longer than ${ms / 1000} s. Use simpler patterns, with fewer “*”.`,
    { ms },
  )
}

export function buildFileTooLarge(name: string, found: number, limit: number): Refusal {
  return new Refusal(
    'build-file-too-large',
    `${name} has ${size(found)}; a build file may have ${size(limit)}. Move long scripts into files of their own.`,
    { name, found, limit },
  )
}

// Too much

export function tooManyEntries(limit: number, where: 'kept' | 'scanned'): Refusal {
  const all = where === 'kept' ? '' : ', what would be left out included'
  return new Refusal(
    'too-many-files',
    `This submission has more than ${limit.toLocaleString('en')} files and folders${all}. Remove what can be made again (build results, packages), or name it in .raiignore.`,
    { limit, where },
  )
}

export function tooManyBytes(limit: number, where: 'kept' | 'scanned'): Refusal {
  return new Refusal(
    'submission-too-large',
    `Unpacked, this submission has more than ${size(limit)}${where === 'kept' ? '' : ', what would be left out included'}. Remove large files, or name what is not needed in .raiignore.`,
    { limit, where },
  )
}

export function namesTooMany(limit: number): Refusal {
  return new Refusal(
    'names-too-long',
    `The names of all files together have more than ${size(limit)}. Use shorter names or fewer files.`,
    { limit },
  )
}

export function archiveTooLarge(limit: number): Refusal {
  return new Refusal(
    'archive-too-large',
    `The archive has more than ${size(limit)}. Leave out build results and data, or submit a git repository.`,
    { limit },
  )
}

// Archives

export function notAnArchive(found: string): Refusal {
  return new Refusal(
    'not-an-archive',
    `This is not an archive that can be read here (it looks like ${found}). Send a .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz of your project.`,
    { found },
  )
}

export function archiveTruncated(format: string): Refusal {
  return new Refusal(
    'archive-truncated',
    `The ${format} archive ends too early, so part of it is missing. Pack it again and send it again.`,
    { format },
  )
}

export function archiveDamaged(format: string, detail: string): Refusal {
  return new Refusal(
    'archive-damaged',
    `The ${format} archive is damaged (${shown(detail)}). Pack it again, and check that it opens on your machine.`,
    { format, detail: shown(detail) },
  )
}

export function archiveEncrypted(path: string): Refusal {
  return new Refusal(
    'archive-encrypted',
    `“${shown(path)}” in this archive is protected by a password. Pack it again without one.`,
    { path: shown(path) },
  )
}

export function archiveOverlaps(): Refusal {
  return new Refusal(
    'archive-overlaps',
    'Entries of this .zip share the same bytes, as in a “zip bomb”. Pack your project again with an ordinary program.',
  )
}

// Folders of this host

export function noSuchPath(path: string): Refusal {
  return new Refusal('no-such-path', `There is no file or folder “${shown(path)}” that can be read. Check the path.`, {
    path: shown(path),
  })
}

export function changedWhileReading(path: string): Refusal {
  return new Refusal(
    'changed-while-reading',
    `“${shown(path)}” changed while it was read. Wait until your editor or build is done, then submit again.`,
    { path: shown(path) },
  )
}
