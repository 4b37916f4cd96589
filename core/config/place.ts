import { hostname, userInfo } from 'node:os'
import { thisArchitecture } from '../architecture.ts'

/** What the configuration takes from the host it is read on. */
export interface Place {
  readonly home: string
  readonly cwd: string
  /** As Docker calls it. */
  readonly arch: string
  readonly host: string
  readonly user: string
}

/** This host. `home` and `cwd` come from whoever starts the program. */
export function placeHere({ home, cwd }: Pick<Place, 'home' | 'cwd'>): Place {
  return { home, cwd, arch: thisArchitecture(), host: hostname(), user: userName() }
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user-${process.getuid?.() ?? 0}`
  }
}
