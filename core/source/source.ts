import { createWriteStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { SourceRequest } from '../vocabulary.ts'
import { archiveFailure, readArchive } from './archive.ts'
import { type Collected, collect, readText } from './collect.ts'
import type { LeftOut, SourceEntries } from './entry.ts'
import { openLocal, readFolder } from './folder.ts'
import { readCommit, resolveCommit } from './git.ts'
import type { GitOptions } from './git-options.ts'
import { checkGitUrl, checkRef } from './git-url.ts'
import { buildFileBytes, type SourceLimits } from './limits.ts'
import { checkedPath } from './names.ts'
import { hashOf, tarOf } from './pack.ts'
import { archiveTooLarge, buildFileTooLarge } from './refusals.ts'
import { openSpool, type Spool } from './spool.ts'

/** What can be opened here. A rerun takes what another submission staged, so it never comes this way. */
export type OpenableRequest = Exclude<SourceRequest, { kind: 'rerun' }>
type AttachmentRequest = Extract<SourceRequest, { kind: 'attachment' }>

export interface SourceProgress {
  readonly phase: 'resolving' | 'fetching' | 'downloading' | 'reading' | 'hashing'
  readonly entries?: number
  readonly bytes?: number
}

/** What a git source turned out to be: a branch with slashes in a browser's address is told from a folder only there. */
export interface PinnedSource {
  readonly commit: string
  readonly folder?: string
}

export interface SourceOptions {
  readonly limits: SourceLimits
  /** An empty folder for this call alone. The caller removes it once it is done with the result. */
  readonly scratch: string
  readonly signal?: AbortSignal
  readonly git: GitOptions
  /** Base names of the build file, the preferred one first. */
  readonly buildFileNames: readonly string[]
  /** Downloads what a chat holds. Without it, an attachment is a bug of the caller's. */
  readonly openAttachment?: (request: AttachmentRequest) => Promise<Readable>
  readonly onProgress?: (progress: SourceProgress) => void
  /** Told what a branch or tag stands for, before it is fetched. Rejecting ends the call. */
  readonly onPinned?: (pinned: PinnedSource) => Promise<void>
}

/** A source, made into one deterministic archive. Its contents lie in `scratch`. */
export interface PreparedSource {
  /** 40 hex digits; only of git. */
  readonly commit?: string
  /** `refs/heads/main`; only of git, and not where a commit was named. */
  readonly ref?: string
  /** SHA-256 of the uncompressed tar, in hex: the same for the same files, whichever way they came. */
  readonly treeHash: string
  /** Files and links. */
  readonly entries: number
  /** Of all files, uncompressed. */
  readonly bytes: number
  /** Of the uncompressed tar. */
  readonly tarBytes: number
  readonly leftOut: LeftOut
  /** The first of `buildFileNames` that is a file at the root. */
  readonly buildFile?: { readonly name: string; readonly text: string }
  readonly files: { has(path: string): boolean }
  /** The uncompressed tar. May be called again, until `close`. */
  tar(): Readable
  /** Closes the file in `scratch`. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Makes a source into one deterministic archive. Rejects with a `Refusal` for what the person can mend, with
 * `signal`'s reason, or with a `ProviderError`; then nothing is open any more, and `scratch` is all there is to remove.
 */
export async function openSource(request: OpenableRequest, options: SourceOptions): Promise<PreparedSource> {
  const spool = await openSpool(join(options.scratch, 'contents'))
  try {
    return await prepare(request, options, spool)
  } catch (error) {
    await spool.close()
    throw error
  }
}

async function prepare(request: OpenableRequest, options: SourceOptions, spool: Spool): Promise<PreparedSource> {
  switch (request.kind) {
    case 'git':
      return fromGit(request, options, spool)
    case 'local':
      return fromLocal(request.path, options, spool)
    case 'attachment':
      return fromAttachment(request, options, spool)
  }
}

type GitRequest = Extract<SourceRequest, { kind: 'git' }>

async function fromGit(request: GitRequest, options: SourceOptions, spool: Spool): Promise<PreparedSource> {
  const { git, limits, scratch, onProgress, onPinned } = options
  const wanted = request.commit ?? request.ref
  onProgress?.({ phase: 'resolving' })
  const typed = checkGitUrl(request.url, git)
  const address = {
    ...typed,
    ...(wanted === undefined ? {} : { ref: checkRef(wanted) }),
    ...(request.folder === undefined ? {} : { folder: checkedPath(request.folder) }),
  }
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const repository = await resolveCommit(address, { git, limits, folder: join(scratch, 'git'), ...signal })
  await onPinned?.({ commit: repository.commit, ...(repository.folder && { folder: repository.folder }) })
  onProgress?.({ phase: 'fetching' })
  const collected = await gather(readCommit(repository, limits), options, spool, false)
  const { commit, ref } = repository
  return { commit, ...(ref === undefined ? {} : { ref }), ...(await finish(collected, options)) }
}

async function fromLocal(path: string, options: SourceOptions, spool: Spool): Promise<PreparedSource> {
  const place = await openLocal(path)
  try {
    if (!place.isFolder) return await fromArchive(place.handle, options, spool)
    return await finish(await gather(readFolder(place), options, spool, false), options)
  } finally {
    await place.handle.close()
  }
}

async function fromAttachment(
  request: AttachmentRequest,
  options: SourceOptions,
  spool: Spool,
): Promise<PreparedSource> {
  if (request.bytes > options.limits.archiveBytes) throw archiveTooLarge(options.limits.archiveBytes)
  if (options.openAttachment === undefined) throw new TypeError('openSource: no openAttachment for an attachment')
  options.onProgress?.({ phase: 'downloading' })
  const path = join(options.scratch, 'archive')
  await download(await options.openAttachment(request), path, options)
  const file = await open(path)
  try {
    return await fromArchive(file, options, spool)
  } finally {
    await file.close()
  }
}

async function download(body: Readable, path: string, { limits, signal }: SourceOptions): Promise<void> {
  let bytes = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > limits.archiveBytes) done(archiveTooLarge(limits.archiveBytes))
      else done(null, chunk)
    },
  })
  await pipeline(body, bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }), signal ? { signal } : {})
}

async function fromArchive(file: FileHandle, options: SourceOptions, spool: Spool): Promise<PreparedSource> {
  const { size } = await file.stat()
  if (size > options.limits.archiveBytes) throw archiveTooLarge(options.limits.archiveBytes)
  try {
    return await finish(await gather(readArchive(file, options.limits, options.signal), options, spool, true), options)
  } catch (error) {
    throw archiveFailure(error)
  }
}

async function gather(
  entries: SourceEntries,
  options: SourceOptions,
  spool: Spool,
  dropTopFolder: boolean,
): Promise<Collected> {
  const { limits, signal, onProgress } = options
  return collect(entries, {
    limits,
    spool,
    dropTopFolder,
    onProgress: (read) => onProgress?.({ phase: 'reading', ...read }),
    ...(signal === undefined ? {} : { signal }),
  })
}

async function finish({ tree, bytes, leftOut }: Collected, options: SourceOptions): Promise<PreparedSource> {
  const buildFile = await findBuildFile(tree, options.buildFileNames)
  options.onProgress?.({ phase: 'hashing', entries: tree.nodes.size, bytes })
  const { hash, tarBytes } = await hashOf(tree, options.signal)
  return {
    treeHash: hash,
    entries: tree.nodes.size,
    bytes,
    tarBytes,
    leftOut,
    ...(buildFile === undefined ? {} : { buildFile }),
    files: { has: (path) => tree.nodes.has(path) },
    tar: () => tarOf(tree),
    close: () => tree.spool.close(),
  }
}

async function findBuildFile({ nodes, spool }: Collected['tree'], names: readonly string[]) {
  for (const name of names) {
    const file = nodes.get(name)
    if (file?.kind !== 'file') continue
    if (file.size > buildFileBytes) throw buildFileTooLarge(name, file.size, buildFileBytes)
    return { name, text: await readText(file, spool) }
  }
  return undefined
}
