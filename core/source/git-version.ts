import { execa } from 'execa'
import { ProviderError } from '../errors.ts'
import { programPath } from './git-process.ts'

/** The first git that connects to the address it is told (`http.curloptResolve`). Older ones ignore that silently. */
const oldest = [2, 37] as const

/**
 * The version of the git that will be used. Call it once at start: rejects with a `ProviderError` when there is none,
 * or one so old that a host could lead it to an address that was not checked.
 */
export async function checkGit(): Promise<string> {
  const { stdout, failed } = await execa('git', ['--version'], {
    env: { PATH: programPath },
    extendEnv: false,
    reject: false,
  })
  const version = /\d+\.\d+[\d.]*/.exec(stdout ?? '')?.[0]
  if (failed || version === undefined) throw unusable('git is not installed')
  if (!isRecent(version)) throw unusable(`git ${version} is too old: ${oldest.join('.')} or later is needed`)
  return version
}

/** Whether this version can be trusted with a pinned address. */
export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

function unusable(reason: string): ProviderError {
  return new ProviderError({ provider: 'git', operation: 'start', retryable: false, cause: new Error(reason) })
}
