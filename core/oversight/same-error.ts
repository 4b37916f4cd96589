import { groupBy } from '../group-by.ts'
import type { Submission } from '../records/submission.ts'

/** Students who met the same first error. */
export interface SharedError {
  readonly file: string
  readonly message: string
  /** Accounts, each once, who met it first first. */
  readonly accounts: readonly string[]
  readonly runs: number
  readonly lastAt: number
}

/**
 * Runs by what first went wrong in them, most people first. The same message in the same file is the same error, on
 * whatever line and in whatever folder; numbers and quoted names in it are what differs from student to student.
 */
export function sharedErrors(runs: readonly Submission[]): SharedError[] {
  const failed = runs.flatMap((run) =>
    run.result?.firstError === undefined ? [] : [{ run, error: run.result.firstError }],
  )
  const groups = groupBy(failed, ({ error }) => `${baseName(error.file)}\n${pattern(error.message)}`)
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group.toSorted((a, b) => a.run.receivedAt - b.run.receivedAt)
      if (first === undefined) return []
      const accounts = [...new Set(group.map(({ run }) => run.account))]
      const lastAt = Math.max(...group.map(({ run }) => run.receivedAt))
      return [{ file: baseName(first.error.file), message: first.error.message, accounts, runs: group.length, lastAt }]
    })
    .sort((a, b) => b.accounts.length - a.accounts.length || b.lastAt - a.lastAt)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function pattern(message: string): string {
  return message
    .replaceAll(/‘[^’]*’|'[^']*'|"[^"]*"|`[^`]*`/g, '‹›')
    .replaceAll(/0x[0-9a-f]+|\d+/gi, '#')
    .trim()
}
