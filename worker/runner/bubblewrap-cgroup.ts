import { access, mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readMemoryCgroup } from './memory-cgroup.ts'
import type { MemoryReading } from './place.ts'
import type { RunLimits } from './runner.ts'

/** Bounds memory, processes and CPU of one sandbox together. */
export interface ControlGroup {
  /** A process joins by writing its number to each of these. */
  readonly joinFiles: readonly string[]
  memory(): Promise<MemoryReading>
  remove(): Promise<void>
}

const root = '/sys/fs/cgroup'
const periodUs = 100_000

/** `undefined` where this process may not make one. */
export async function createControlGroup(name: string, limits: RunLimits): Promise<ControlGroup | undefined> {
  const unified = await exists(join(root, 'cgroup.controllers'))
  const groups = unified ? [secondVersion(name, limits)] : firstVersion(name, limits)
  const folders = groups.map(({ folder }) => folder)
  try {
    for (const { folder, settings } of groups) await make(folder, settings)
  } catch {
    await removeAll(folders)
    return undefined
  }
  const memory = folders[0] ?? root
  return {
    joinFiles: folders.map((folder) => join(folder, 'cgroup.procs')),
    memory: () => readMemoryCgroup(memory),
    remove: () => removeAll(folders),
  }
}

/** What a dead worker left of the control groups of this name. */
export async function removeControlGroup(name: string): Promise<void> {
  await removeAll([join(root, name), ...controllers.map((controller) => join(root, controller, name))])
}

interface Group {
  readonly folder: string
  readonly settings: Readonly<Record<string, string | number>>
}

const controllers = ['memory', 'pids', 'cpu']

function firstVersion(name: string, limits: RunLimits): Group[] {
  const { memoryBytes, pids, cpus } = limits
  const settings = {
    memory: { 'memory.limit_in_bytes': memoryBytes },
    pids: { 'pids.max': pids },
    cpu: { 'cpu.cfs_period_us': periodUs, 'cpu.cfs_quota_us': Math.round(cpus * periodUs) },
  }
  return Object.entries(settings).map(([controller, values]) => ({
    folder: join(root, controller, name),
    settings: values,
  }))
}

function secondVersion(name: string, { memoryBytes, pids, cpus }: RunLimits): Group {
  const settings = {
    'memory.max': memoryBytes,
    'memory.swap.max': 0,
    'pids.max': pids,
    'cpu.max': `${Math.round(cpus * periodUs)} ${periodUs}`,
  }
  return { folder: join(root, name), settings }
}

async function make(folder: string, settings: Group['settings']): Promise<void> {
  await mkdir(folder)
  for (const [file, value] of Object.entries(settings)) await writeFile(join(folder, file), String(value))
}

/** The kernel takes a moment to let the last process go. */
async function removeAll(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (let left = 50; left > 0 && (await exists(folder)); left -= 1) {
      await rmdir(folder).catch(() => sleep(20))
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
