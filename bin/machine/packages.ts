import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Refusal } from '../../core/errors.ts'
import { installPackages } from './apt.ts'
import { withMachineLock } from './lock.ts'

/** One thing that must be on this machine. */
export interface WantedPackage {
  /** Its name in Debian: `xz-utils`. */
  readonly package: string
  /** A command (`xz`), or an absolute path in which one folder may be `*` (such as that of PostgreSQL's version). */
  readonly provides: string
  /** What it is for, as the end of "we need it to …": `unpack .tar.xz archives`. */
  readonly why: string
}

/** Tells the person, one line at a time, without a line end. */
export type Say = (line: string) => void

/** Debian leaves them out of the PATH of ordinary users, yet `mkfs.ext4` and `dockerd` live there. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

/**
 * Sees to it that everything wanted is there: on Debian as root by installing it, saying what and why; elsewhere by
 * a `Refusal` (`missing-packages`) that names all that is missing and how to get it. Costs a few file look-ups when nothing is missing.
 * Processes that call it at the same time take turns.
 */
export async function ensurePackages(wanted: readonly WantedPackage[], say: Say): Promise<void> {
  if (missingOf(wanted, isProvided).length === 0) return
  if (!canInstall()) throw missingError(missingOf(wanted, isProvided))
  await withMachineLock('packages', async () => {
    const missing = missingOf(wanted, isProvided)
    if (missing.length === 0) return
    for (const line of announcement(missing)) say(line)
    await installPackages(namesOf(missing), say)
    const stillMissing = missingOf(missing, isProvided)
    if (stillMissing.length > 0) throw missingError(stillMissing)
  })
}

/** What of the wanted is not there. */
export function missingOf(
  wanted: readonly WantedPackage[],
  provided: (provides: string) => boolean,
): readonly WantedPackage[] {
  return wanted.filter(({ provides }) => !provided(provides))
}

/** What is about to be installed, and why: one line a package, the reasons of one package joined. */
export function announcement(missing: readonly WantedPackage[]): readonly string[] {
  return [
    `Installing from Debian's packages:`,
    ...namesOf(missing).map((name) => `  ${name}, to ${reasonsFor(name, missing).join(' and to ')}`),
  ]
}

/** All of it at once, and the way out. */
export function missingError(missing: readonly WantedPackage[]): Refusal {
  const names = namesOf(missing).join(' ')
  const problems = missing.map(({ provides, why }) => `  ${provides}, to ${why}`)
  const wayOut = `On Debian or Ubuntu, get it with: sudo apt-get install ${names}`
  const sentence = ['This machine lacks what RAI needs:', ...problems, wayOut].join('\n')
  return new Refusal('missing-packages', sentence, { packages: names })
}

/** The absolute path of a command, or of a path with one `*`; `undefined` where there is none. */
export function findProvided(provides: string): string | undefined {
  const candidates = provides.startsWith('/')
    ? withoutStar(provides)
    : [...(process.env.PATH ?? '').split(delimiter), ...systemFolders].map((folder) => join(folder, provides))
  return candidates.find((path) => existsSync(path) && isExecutable(path))
}

/** Whether we may install packages here: Debian or one of its children, and root. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && findProvided('apt-get') !== undefined && existsSync('/etc/debian_version')
}

function isProvided(provides: string): boolean {
  return findProvided(provides) !== undefined
}

/** Newest first, as far as names tell. */
function withoutStar(path: string): readonly string[] {
  const [before, after] = path.split('*')
  if (before === undefined || after === undefined) return [path]
  if (!existsSync(before)) return []
  return readdirSync(before)
    .sort()
    .reverse()
    .map((name) => `${before}${name}${after}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function namesOf(missing: readonly WantedPackage[]): readonly string[] {
  return [...new Set(missing.map((one) => one.package))]
}

function reasonsFor(name: string, missing: readonly WantedPackage[]): readonly string[] {
  return [...new Set(missing.filter((one) => one.package === name).map(({ why }) => why))]
}
