import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

const here = createHash('sha256').update(hostname()).digest('hex').slice(0, 12)

/** This process, in a way that no later one with the same number has. Without dots. */
export const thisProcess = `${here}-${process.pid}-${startOf(process.pid) ?? ''}`

/** Whether a process with this mark still runs; `undefined` for one of another machine or container. */
export function isRunning(mark: string): boolean | undefined {
  const [host, pid, start] = mark.split('-')
  if (host !== here) return undefined
  return startOf(Number(pid)) === start
}

/** In clock ticks since the machine started; `undefined` when there is no such process, or no `/proc`. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name stands in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
