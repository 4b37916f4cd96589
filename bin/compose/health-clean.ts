import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Made by mkdtemp: a run's spool, a stager's scratch folder. They say whose they are. */
const ours = /^(?:run|stage)-(?:([0-9a-f]{24})-(\d+)-)?[A-Za-z0-9]{6}$/

/**
 * Removes work folders that no run can still be in, because they are older than a run may last. A killed process
 * cannot remove its own.
 */
export async function removeOldWork(folder: string, olderThanMs: number, now = Date.now()): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    if (!ours.test(name)) continue
    if ((await ageOf(path, now)) < olderThanMs) continue
    await rm(path, { recursive: true, force: true })
    removed += 1
  }
  return removed
}

/**
 * Removes the work folders whose lease ran out: whoever made them may not go on with them. Younger ones may be about to
 * go by themselves. Rejects as `isLive` does.
 */
export async function removeDeadWork(
  folder: string,
  olderThanMs: number,
  isLive: (submission: string, attempt: number) => Promise<boolean>,
): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const [, submission, attempt] = ours.exec(name) ?? []
    const path = join(folder, name)
    if (submission === undefined || (await ageOf(path)) < olderThanMs) continue
    if (await isLive(submission, Number(attempt))) continue
    await rm(path, { recursive: true, force: true })
    removed += 1
  }
  return removed
}

/** Of one that is gone, none. */
async function ageOf(path: string, now = Date.now()): Promise<number> {
  const made = (await stat(path).catch(() => undefined))?.mtimeMs
  return made === undefined ? 0 : now - made
}
