import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceEntries } from './entry.ts'
import { checkedAddresses } from './git-address.ts'
import { gitFailure, isNoTree, isRedirect, isWantRefused } from './git-failure.ts'
import type { GitAddress, GitOptions } from './git-options.ts'
import { type GitCall, runGit, startGit } from './git-process.ts'
import { redirectTarget } from './git-redirect.ts'
import { type PinnedCommit, pinCommit } from './git-refs.ts'
import { commitUnknown, folderNotFound, gitRedirects } from './git-refusals.ts'
import { checkGitUrl } from './git-url.ts'
import type { SourceLimits } from './limits.ts'
import { readTar } from './tar.ts'

export interface GitSourceOptions {
  readonly git: GitOptions
  readonly limits: SourceLimits
  /** A folder that does not exist yet. The caller removes it. */
  readonly folder: string
  readonly signal?: AbortSignal
}

/** A repository whose commit is known and whose host was checked. */
export interface PinnedRepository extends PinnedCommit {
  /** Where it is now, redirects followed. */
  readonly address: GitAddress
  readonly call: GitCall
}

const redirectsFollowed = 3

/**
 * Finds the commit that a reference means now, without fetching anything. Redirects are followed by us, and each new
 * address is checked like the first. Rejects with a `Refusal`.
 */
export async function resolveCommit(address: GitAddress, options: GitSourceOptions): Promise<PinnedRepository> {
  await prepareFolder(options)
  const deadline = Date.now() + options.limits.gitMs
  let current = address
  for (let hops = 0; hops <= redirectsFollowed; hops += 1) {
    const call = await callFor(current, deadline, options)
    try {
      return { ...(await pinCommit(call, current)), address: current, call }
    } catch (error) {
      if (!isRedirect(error)) throw gitFailure(error, current, options.limits)
      const target = await redirectTarget(current, call.pinned?.addresses ?? [], options.signal)
      current = { ...address, ...addressOnly(checkGitUrl(target, options.git)) }
    }
  }
  throw gitRedirects(address.url, redirectsFollowed)
}

function addressOnly({ url, host, port }: GitAddress) {
  return { url, host, port }
}

async function prepareFolder({ folder, git }: GitSourceOptions): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  if (git.uid !== undefined) await chown(folder, git.uid, git.gid ?? git.uid)
}

async function callFor(address: GitAddress, deadline: number, options: GitSourceOptions): Promise<GitCall> {
  const { git, folder, limits, signal } = options
  const addresses = await checkedAddresses(address.host, git)
  const credentials = await git.credentials?.(address.url)
  return {
    options: git,
    cwd: folder,
    bytes: limits.gitBytes,
    deadline,
    pinned: { host: address.host, port: address.port, addresses },
    ...(signal === undefined ? {} : { signal }),
    ...(credentials === undefined ? {} : { credentials }),
  }
}

/**
 * Fetches one commit into a bare repository and reads its files out of the object store. Nothing is ever checked out:
 * no file gets a name from the repository, and no attribute, filter or hook of it runs.
 */
export async function* readCommit(repository: PinnedRepository, limits: SourceLimits): SourceEntries {
  try {
    await fetchCommit(repository)
    yield* readTree(repository)
  } catch (error) {
    throw gitFailure(error, repository.address, limits)
  }
}

/** Overrides what the repository's own attributes say, so that its files come out byte for byte. */
const attributes = '* -text !eol -ident -filter !working-tree-encoding -export-ignore -export-subst\n'

async function fetchCommit({ call, address, commit, ref }: PinnedRepository): Promise<void> {
  await runGit(call, ['init', '--bare', '--quiet', '--template=', '.'])
  await mkdir(join(call.cwd, 'info'), { recursive: true })
  await writeFile(join(call.cwd, 'info', 'attributes'), attributes)
  const fetch = (...args: string[]) => runGit(call, ['fetch', '--no-tags', '--no-write-fetch-head', '--quiet', ...args])
  try {
    await fetch('--depth=1', '--', address.url, `${commit}:refs/rai/commit`)
  } catch (error) {
    if (!isWantRefused(error)) throw error
    await fetchAround(fetch, { call, address, commit, ...(ref === undefined ? {} : { ref }) })
  }
}

/** Some servers give only what they list: first the branch's tip, then everything. */
async function fetchAround(
  fetch: (...args: string[]) => Promise<string>,
  { call, address, commit, ref }: PinnedRepository,
): Promise<void> {
  if (ref !== undefined) await fetch('--depth=1', '--', address.url, `${ref}:refs/rai/tip`)
  if (await hasCommit(call, commit)) return
  await fetch('--', address.url, '+refs/heads/*:refs/rai/heads/*', '+refs/tags/*:refs/rai/tags/*')
  if (!(await hasCommit(call, commit))) throw commitUnknown(commit)
}

async function hasCommit(call: GitCall, commit: string): Promise<boolean> {
  return runGit(call, ['cat-file', '-e', `${commit}^{commit}`]).then(
    () => true,
    () => false,
  )
}

async function* readTree({ call, commit, folder = '' }: PinnedRepository): SourceEntries {
  const archive = startGit(call, ['archive', '--format=tar', `${commit}:${folder}`])
  try {
    yield* readTar(archive.stdout)
    await archive.done
  } catch (error) {
    const failure: unknown = await archive.done.then(
      () => error,
      (reason: unknown) => reason,
    )
    if (!isNoTree(failure)) throw failure
    throw folder === '' ? commitUnknown(commit) : folderNotFound(folder, commit)
  } finally {
    archive.stop('failed')
  }
}
