import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readName, type SandboxLabels } from './labels.ts'

export type Stale = (sandbox: SandboxLabels) => Promise<boolean>

/** Removes the folders in `scratch` that are named after a stale sandbox, and says which. */
export async function sweepFolders(scratch: string, stale: Stale, remove: (folder: string) => Promise<void>) {
  const removed: SandboxLabels[] = []
  for (const name of await readdir(scratch)) {
    const sandbox = readName(name)
    if (sandbox === undefined || !(await stale(sandbox))) continue
    await remove(join(scratch, name))
    removed.push(sandbox)
  }
  return removed
}
