import { Refusal } from '../errors.ts'
import { checkGitUrl } from '../source/git-url.ts'

/** Whose submission it is, as far as repositories are named after people. */
export interface Owner {
  readonly username: string
  readonly team?: string
  /** The `repo` column of the roster. */
  readonly repo?: string
}

export interface RepositoryNames {
  /** The one place that a course's credentials are for: `https://github.com`. */
  readonly origin: string
  /** Path below `origin`: `ece408/{assignment}-{username}` or `ece408/{assignment}-{team}`. */
  readonly pattern?: string
  /** Instead of it, by the name of the assignment. */
  readonly patterns?: ReadonlyMap<string, string>
  /** Every assignment of the course: what `{assignment}` may stand for. Without any, a pattern with it fits nothing. */
  readonly assignments: readonly string[]
  /** The one that is submitted for, where one was named. */
  readonly assignment?: string
  /** Whether somebody else is called so: whether a name could be theirs as well. */
  readonly isTaken: (kind: 'username' | 'team', name: string) => Promise<boolean>
}

/** A repository as one text, or `undefined` for what is no address, or not at `origin`. */
export function canonicalPath(url: string, origin: string): string | undefined {
  try {
    const home = new URL(origin)
    const { url: clean } = checkGitUrl(url, { allowHttp: true })
    const { protocol, host, pathname } = new URL(clean)
    if (protocol !== home.protocol || host !== home.host) return undefined
    const path = pathname.slice(1).replace(/\.git$/, '')
    // GitHub does not tell names apart by case; elsewhere `Ada` and `ada` may be two people.
    return home.host === 'github.com' ? path.toLowerCase() : path
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/**
 * Whether a repository is the submitter's own, so that the course's credentials may fetch it for them: the one of the
 * roster, or one whose name the pattern makes of them. What could be somebody else's as well is not.
 */
export async function isOwnRepository(url: string, owner: Owner, names: RepositoryNames): Promise<boolean> {
  const path = canonicalPath(url, names.origin)
  if (path === undefined) return false
  if (owner.repo !== undefined && canonicalPath(owner.repo, names.origin) === path) return true
  return fits(path, owner, names)
}

/** One way in which repositories are named. */
interface Rule {
  readonly pattern: string
  readonly kind: 'username' | 'team'
  readonly assignment: string
}

async function fits(path: string, owner: Owner, names: RepositoryNames): Promise<boolean> {
  const chosen = rulesOf(names, names.assignment)
  if (!chosen.some((rule) => made(rule, owner, names.origin) === path)) return false
  return !(await couldBeSomebodyElses(path, owner, names))
}

/** @param only the assignment that is meant; without it, all. */
function rulesOf({ pattern, patterns, assignments }: RepositoryNames, only?: string): Rule[] {
  const ofAll =
    pattern?.includes('{assignment}') === false && !patterns?.has(only ?? '') ? [['', pattern] as const] : []
  const ofEach = assignments
    .filter((name) => only === undefined || name === only)
    .map((name) => [name, patterns?.get(name) ?? pattern] as const)
  return [...ofAll, ...ofEach].flatMap(([assignment, text]) => {
    const kind = kindOf(text)
    return text === undefined || kind === undefined ? [] : [{ assignment, pattern: text, kind }]
  })
}

/** Without a name of somebody in it, everybody's repository would be the same. */
function kindOf(pattern = ''): Rule['kind'] | undefined {
  if (pattern.includes('{team}')) return 'team'
  return pattern.includes('{username}') ? 'username' : undefined
}

function nameOf(owner: Owner, kind: Rule['kind']): string | undefined {
  return kind === 'team' ? owner.team : owner.username
}

/** The repository that this rule makes of somebody. */
function made({ pattern, kind, assignment }: Rule, owner: Owner, origin: string): string | undefined {
  const name = nameOf(owner, kind)
  if (name === undefined || !isPlain(name)) return undefined
  if (pattern.includes('{assignment}') && !isPlain(assignment)) return undefined
  const path = pattern.replaceAll('{assignment}', assignment).replaceAll(`{${kind}}`, name)
  return canonicalPath(`${origin}/${path}`, origin)
}

/** `hw1-x-ada` is ada's of the assignment hw1-x, or x-ada's of hw1; by whichever of the course's patterns. */
async function couldBeSomebodyElses(path: string, owner: Owner, names: RepositoryNames): Promise<boolean> {
  const lower = path.toLowerCase()
  for (const { pattern, kind, assignment } of rulesOf(names)) {
    const [before = '', after = ''] = pattern.replaceAll('{assignment}', assignment).split(`{${kind}}`)
    const [start, end] = [before.toLowerCase(), after.toLowerCase()]
    if (!lower.startsWith(start) || !lower.endsWith(end)) continue
    const other = path.slice(start.length, path.length - end.length)
    if (other.toLowerCase() !== nameOf(owner, kind)?.toLowerCase() && (await names.isTaken(kind, other))) return true
  }
  return false
}

/** Nothing that an address gives a meaning, or that would reach into another folder. */
function isPlain(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !name.includes('..') && !/\.git$/i.test(name)
}
