import vm from 'node:vm'
import ignore from 'ignore'
import { ignoreFileMs } from './limits.ts'
import { ignoreFileTooSlow } from './refusals.ts'

/** Profiles and configurations of RAI, which hold keys, and what operating systems add by themselves. */
const leftOutNames = new Set([
  '.git',
  '.rai_profile',
  '.rai_profile.yml',
  '.rai.profile',
  '.rai_config.yml',
  '.rai_config.yaml',
  '.rai_secret',
  '__macosx',
  '.ds_store',
])

/** Whether RAI leaves this out of every submission: by a name anywhere in its path, in any case. */
export function isAlwaysLeftOut(path: string): boolean {
  return path.split('/').some((name) => leftOutNames.has(name.toLowerCase()) || name.startsWith('._'))
}

export const ignoreFileName = '.raiignore'

const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT'

/** Which of these paths (folders end in `/`) a `.raiignore` leaves out. */
export type IgnoreRules = (paths: readonly string[]) => Set<string>

/**
 * The rules of a `.raiignore`, written like a `.gitignore`. Patterns become regular expressions, which a hostile
 * author can make run for years: so each call has a deadline, which interrupts even a single match.
 */
export function parseIgnoreFile(text: string): IgnoreRules {
  const rules = ignore({ allowRelativePaths: false }).add(text)
  const script = new vm.Script('match()')
  return (paths) => {
    const match = () => new Set(paths.filter((path) => rules.ignores(path)))
    const found: { ignored: Set<string> } = { ignored: new Set() }
    const context = vm.createContext({
      match: () => {
        found.ignored = match()
      },
    })
    try {
      script.runInContext(context, { timeout: ignoreFileMs })
    } catch (error) {
      throw isTimeout(error) ? ignoreFileTooSlow(ignoreFileMs) : error
    }
    return found.ignored
  }
}

/** The error may be of the context's own `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === timeoutCode
}
