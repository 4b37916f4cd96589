import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listSegments } from './file-segments.ts'

export interface LogSweeper {
  /** Waits for a sweep that is under way. */
  close(): Promise<void>
}

/** Removes logs to which nothing was added for `expireMs`. It does not keep the process alive. */
export function startLogSweeper(options: { root: string; expireMs: number; everyMs: number }): LogSweeper {
  let sweep = Promise.resolve()
  // What cannot be removed now is met again by the next sweep.
  const run = () => {
    sweep = sweep.then(() => sweepOnce(options.root, options.expireMs)).catch(() => {})
  }
  const timer = setInterval(run, Math.min(Math.max(options.everyMs, 10), 3_600_000)).unref()
  return {
    async close() {
      clearInterval(timer)
      await sweep
    },
  }
}

async function sweepOnce(root: string, expireMs: number): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const folder = join(root, entry.name)
    if (entry.isDirectory() && (await lastChangeMs(folder)) + expireMs < Date.now()) {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function lastChangeMs(folder: string): Promise<number> {
  const newest = (await listSegments(folder)).at(-1)
  return (await stat(newest?.file ?? folder)).mtimeMs
}
