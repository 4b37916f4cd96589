import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MemoryReading } from './place.ts'

/** The files of a memory cgroup that hold what we ask; version 1 and 2 name them differently. */
export const memoryFiles = {
  v1: { kills: 'memory.oom_control', peak: 'memory.max_usage_in_bytes' },
  v2: { kills: 'memory.events', peak: 'memory.peak' },
} as const

const root = '/sys/fs/cgroup'

/**
 * The folder of a process' memory cgroup on this host. `undefined` when this host does not have the process, or when
 * its cgroup does not belong to `owner`: a process number of a remote engine means something else here.
 */
export async function findMemoryCgroup(pid: number, owner: string): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  const path = memoryPath(text)
  return path?.includes(owner) ? path : undefined
}

/** The same by a container's id, where the engine puts it into a group of the usual name. */
export async function findContainerCgroup(id: string, mounted = root): Promise<string | undefined> {
  const names = [`docker/${id}`, `system.slice/docker-${id}.scope`]
  const folders = ['memory', ''].flatMap((hierarchy) => names.map((name) => join(mounted, hierarchy, name)))
  for (const folder of folders) {
    if (await exists(folder)) return folder
  }
  return undefined
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** @param text of `/proc/<pid>/cgroup`. */
export function memoryPath(text: string): string | undefined {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line))
  const find = (wanted: (controllers: string) => boolean) => lines.find((match) => match && wanted(match[1] ?? ''))?.[2]
  const first = find((controllers) => controllers.split(',').includes('memory'))
  if (first !== undefined) return join(root, 'memory', first)
  const second = find((controllers) => controllers === '')
  return second === undefined ? undefined : join(root, second)
}

/** Milliseconds at most: these files are the kernel's own. `{}` when the cgroup is gone. */
export async function readMemoryCgroup(folder: string): Promise<MemoryReading> {
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  const { v1, v2 } = memoryFiles
  const texts = await Promise.all([read(v1.kills), read(v2.kills), read(v1.peak), read(v2.peak)])
  return parseMemory(texts.join('\n'))
}

/** The text of any of the files, one after another. */
export function parseMemory(text: string): MemoryReading {
  const kills = /^oom_kill (\d+)$/m.exec(text)?.[1]
  const peak = /^(\d+)$/m.exec(text)?.[1]
  return {
    ...(kills === undefined ? {} : { kills: Number(kills) }),
    ...(peak === undefined ? {} : { peakBytes: Number(peak) }),
  }
}
