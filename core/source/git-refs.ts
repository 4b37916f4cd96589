import { distance } from 'fastest-levenshtein'
import type { GitAddress } from './git-options.ts'
import { type GitCall, runGit } from './git-process.ts'
import { commitUnknown, noDefaultBranch, refUnknown, repositoryEmpty } from './git-refusals.ts'

/** A commit, and by which name the server knows it; `ref` is full (`refs/heads/main`) and absent for a bare commit. */
export interface PinnedCommit {
  readonly commit: string
  readonly ref?: string
  /** What is left of the folder once the branch took its share of it. */
  readonly folder?: string
}

const listingBytes = 16 * 1024 * 1024

/**
 * Which commit a person means now. Nothing means the default branch; a name is a branch first and a tag second; 40 hex
 * digits are a commit; fewer are one only if a branch or tag ends in it.
 */
export async function pinCommit(call: GitCall, address: GitAddress): Promise<PinnedCommit> {
  const { ref, folder } = address
  if (ref === undefined) return { ...(await pinDefault(call, address)), ...keep(folder) }
  if (/^[0-9a-f]{40}$/i.test(ref)) return { commit: ref.toLowerCase(), ...keep(folder) }
  const candidates = candidatesOf(ref, folder)
  const patterns = candidates.flatMap(({ name }) => namesOf(name))
  const found = await listRefs(call, address, [...patterns, ...patterns.map((name) => `${name}^{}`)])
  for (const { name, rest } of candidates) {
    const full = namesOf(name).find((candidate) => found.has(candidate))
    const commit = full === undefined ? undefined : (found.get(`${full}^{}`) ?? found.get(full))
    if (full !== undefined && commit !== undefined) return { commit, ref: full, ...keep(rest) }
  }
  return { ...(await pinTip(call, address, ref)), ...keep(folder) }
}

function keep(folder: string | undefined): { folder?: string } {
  return folder === undefined || folder === '' ? {} : { folder }
}

async function pinDefault(call: GitCall, address: GitAddress): Promise<PinnedCommit> {
  const output = await runGit(call, ['ls-remote', '--symref', '--', address.url, 'HEAD'])
  const commit = /^([0-9a-f]{40})\tHEAD$/m.exec(output)?.[1]
  const ref = /^ref: (refs\/\S+)\tHEAD$/m.exec(output)?.[1]
  if (commit !== undefined) return { commit, ...(ref === undefined ? {} : { ref }) }
  const branches = shortNames(await listRefs(call, address, ['refs/heads/*']))
  throw branches.length === 0 ? repositoryEmpty(address.url) : noDefaultBranch(address.url, branches.slice(0, 5))
}

/** A browser's `tree/feature/x/src` may be folder `x/src` of branch `feature`, or `src` of `feature/x`. git forbids both at once. */
function candidatesOf(ref: string, folder = ''): { name: string; rest: string }[] {
  const names = folder.split('/').slice(0, 8)
  return [0, ...names.keys()].map((_, taken) => ({
    name: [ref, ...names.slice(0, taken)].filter((name) => name !== '').join('/'),
    rest: folder.split('/').slice(taken).join('/'),
  }))
}

function namesOf(name: string): string[] {
  return name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]
}

async function pinTip(call: GitCall, address: GitAddress, ref: string): Promise<PinnedCommit> {
  const all = await listRefs(call, address, ['refs/heads/*', 'refs/tags/*'])
  const isShortCommit = /^[0-9a-f]{7,39}$/i.test(ref)
  const commits = new Set([...all.values()].filter((commit) => isShortCommit && commit.startsWith(ref.toLowerCase())))
  const [commit] = commits
  if (commit === undefined || commits.size > 1)
    throw isShortCommit ? commitUnknown(ref) : refUnknown(ref, nearest(ref, all))
  const name = [...all].find(([, value]) => value === commit)?.[0].replace(/\^\{\}$/, '')
  return { commit, ...(name === undefined ? {} : { ref: name }) }
}

function nearest(ref: string, refs: ReadonlyMap<string, string>): string[] {
  const ranked = shortNames(refs).map((name) => ({ name, apart: distance(name.toLowerCase(), ref.toLowerCase()) }))
  const near = ranked.filter(({ apart }) => apart <= Math.max(2, ref.length / 2)).sort((a, b) => a.apart - b.apart)
  return near.slice(0, 3).map(({ name }) => name)
}

function shortNames(refs: ReadonlyMap<string, string>): string[] {
  const names = [...refs.keys()].map((name) => name.replace(/^refs\/(heads|tags)\//, ''))
  return names.filter((name) => !name.endsWith('^{}') && name.length <= 200).slice(0, 5_000)
}

async function listRefs(call: GitCall, { url }: GitAddress, patterns: readonly string[]): Promise<Map<string, string>> {
  const output = await runGit(call, ['ls-remote', '--', url, ...patterns], listingBytes)
  const refs = new Map<string, string>()
  for (const [, commit, name] of output.matchAll(/^([0-9a-f]{40})\t(.+)$/gm)) {
    if (commit !== undefined && name !== undefined) refs.set(name, commit)
  }
  return refs
}
