import type { GitAddress } from './git-options.ts'
import { GitFailure } from './git-process.ts'
import {
  notGit,
  repositoryNotFound,
  repositoryTooLarge,
  repositoryTooSlow,
  repositoryUnreachable,
} from './git-refusals.ts'
import type { SourceLimits } from './limits.ts'

/** What git's last words mean for a person. Anything that is not git's failure stays what it is. */
export function gitFailure(error: unknown, address: GitAddress, limits: SourceLimits): unknown {
  if (!(error instanceof GitFailure)) return error
  if (error.reason === 'too-slow' || /Operation too slow|timed out/i.test(error.stderr))
    return repositoryTooSlow(limits.gitMs)
  if (error.reason === 'too-large') return repositoryTooLarge(limits.gitBytes)
  if (refusedAccess.test(error.stderr)) return repositoryNotFound(address.url, address.host)
  if (notGitAtAll.test(error.stderr)) return notGit(address.url)
  if (unreachable.test(error.stderr)) return repositoryUnreachable(address.url)
  return error
}

const refusedAccess =
  /not found|returned error: 40[134]|returned error: 410|Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied \(publickey|access denied|does not exist/i
const notGitAtAll =
  /not valid: is this a git repository|does not appear to be a git repository|dumb http transport|invalid server response|bad line length|protocol error|unexpected flush/i
const unreachable =
  /returned error: [0-9]+|unable to access|Could not read from remote|early EOF|hung up|RPC failed|Failed to connect|Connection (refused|reset)|SSL|fetch-pack/i

/** Whether git was sent elsewhere, which it does not follow by itself. */
export function isRedirect(error: unknown): boolean {
  return error instanceof GitFailure && /returned error: 30[12378]/.test(error.stderr)
}

/** Whether the server would not give a commit by its id. */
export function isWantRefused(error: unknown): boolean {
  return (
    error instanceof GitFailure &&
    /not our ref|unadvertised object|does not allow request|no such remote ref/i.test(error.stderr)
  )
}

/** Whether what was asked for is not in the commit, or is a file. */
export function isNoTree(error: unknown): boolean {
  return error instanceof GitFailure && /not a tree object|not a valid object name/i.test(error.stderr)
}
