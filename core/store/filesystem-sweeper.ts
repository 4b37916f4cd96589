import type { Dirent, Stats } from 'node:fs'
import { opendir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ObjectFolder, removeIfEmpty } from './filesystem-objects.ts'

/** No upload takes a day: what is older was left by a process that died. */
const abandonedMs = 86_400_000

export interface Sweeper {
  /** Waits for a sweep that is under way. */
  close(): Promise<void>
}

/** Removes expired objects, now and then every `everyMs`. It does not keep the process alive. */
export function startSweeper({ folder, everyMs }: { folder: ObjectFolder; everyMs: number }): Sweeper {
  const controller = new AbortController()
  let sweep = Promise.resolve()
  // What cannot be removed now is met again by the next sweep; readers refuse expired objects in any case.
  const run = () => {
    sweep = sweep.then(() => sweepOnce(folder, controller.signal)).catch(() => {})
  }
  const timer = setInterval(run, Math.min(Math.max(everyMs, 10), 3_600_000)).unref()
  run()
  return {
    async close() {
      clearInterval(timer)
      controller.abort()
      await sweep
    },
  }
}

async function sweepOnce(folder: ObjectFolder, signal: AbortSignal): Promise<void> {
  for await (const file of filesBelow(folder.objects, signal)) await folder.expire(file).catch(() => {})
  for await (const file of filesBelow(folder.incoming, signal)) await removeAbandoned(file)
}

async function removeAbandoned(file: string): Promise<void> {
  const found: Stats | undefined = await stat(file).catch(() => undefined)
  if (found && found.mtimeMs + abandonedMs < Date.now()) await rm(file, { force: true })
}

async function* filesBelow(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    if (signal.aborted) return
    yield* filesOf(join(folder, entry.name), entry, signal)
  }
}

async function* filesOf(path: string, entry: Dirent, signal: AbortSignal): AsyncGenerator<string> {
  if (entry.isFile()) yield path
  if (!entry.isDirectory()) return
  yield* filesBelow(path, signal)
  await removeIfEmpty(path)
}
