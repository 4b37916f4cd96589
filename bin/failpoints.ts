import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { armFailpoints, type Failpoint } from '../core/failpoint.ts'

/** Names the folder in which tests say what is to happen. Nobody else sets it. */
const variable = 'RAI_FAILPOINTS'

/**
 * Arms the failpoints of this process when its environment names a folder. A file `<failpoint>` in there says what the
 * first process to reach it does: `kill` or `freeze` itself, or `hold` until there is a file `<failpoint>.go`. That
 * process renames the file to `<failpoint>.reached` and leaves its id in there.
 */
export function readFailpoints(env: Readonly<Record<string, string | undefined>>): void {
  const folder = env[variable]
  if (folder) armFailpoints((name) => reach(folder, name))
}

function reach(folder: string, name: Failpoint): Promise<void> | undefined {
  const order = join(folder, name)
  if (!existsSync(order)) return undefined
  const action = take(order)
  if (action === 'kill') process.kill(process.pid, 'SIGKILL')
  if (action === 'freeze') process.kill(process.pid, 'SIGSTOP')
  return action === 'hold' ? untilThere(`${order}.go`) : undefined
}

/** Only one process may: the rename tells which. */
function take(order: string): string | undefined {
  const taken = `${order}.${process.pid}`
  try {
    renameSync(order, taken)
  } catch {
    return undefined
  }
  const action = readFileSync(taken, 'utf8')
  writeFileSync(taken, String(process.pid))
  renameSync(taken, `${order}.reached`)
  return action
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await delay(20)
}
