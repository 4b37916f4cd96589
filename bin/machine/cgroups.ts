import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execa } from 'execa'

const root = '/sys/fs/cgroup'
const needed = ['memory', 'pids', 'cpu']

/**
 * Sees to it that an engine can limit memory, processes and CPU here: mounts the control groups where a bare
 * container, chroot or init-less machine has none, and makes them delegable inside a container of version 2. What
 * cannot be had is left to dockerd to complain about, since it knows best what it misses.
 */
export async function ensureControlGroups(): Promise<void> {
  if (isVersion2()) return delegate()
  if (existsSync(`${root}/memory`)) return
  if (await mountVersion2()) return delegate()
  await mountVersion1()
}

function isVersion2(): boolean {
  return existsSync(`${root}/cgroup.controllers`)
}

async function mountVersion2(): Promise<boolean> {
  if (!(await mount('cgroup2', root, []))) return false
  const controllers = readFileSync(`${root}/cgroup.controllers`, 'utf8').split(/\s+/)
  if (needed.every((name) => controllers.includes(name))) return true
  await execa('umount', [root], { reject: false })
  return false
}

/** One hierarchy a controller, the way Debian's cgroupfs-mount does it. */
async function mountVersion1(): Promise<void> {
  if (!(await mount('tmpfs', root, ['-o', 'uid=0,gid=0,mode=0755']))) return
  for (const name of enabledControllers()) {
    mkdirSync(`${root}/${name}`, { recursive: true })
    await mount('cgroup', `${root}/${name}`, ['-o', name])
  }
  mkdirSync(`${root}/systemd`, { recursive: true })
  await mount('cgroup', `${root}/systemd`, ['-o', 'none,name=systemd'])
}

function enabledControllers(): readonly string[] {
  const rows = readFileSync('/proc/cgroups', 'utf8').split('\n').slice(1)
  return rows.map((row) => row.split('\t')).flatMap(([name, , , enabled]) => (name && enabled === '1' ? [name] : []))
}

/**
 * In a container, the group we see as the root is not one: it may hold processes or hand controllers on, not both.
 * So its processes move into a group beside the engine's, as docker:dind does it.
 */
function delegate(): void {
  if (!existsSync(`${root}/cgroup.type`)) return
  try {
    const inside = `${root}/rai-init`
    mkdirSync(inside, { recursive: true })
    for (const pid of readFileSync(`${root}/cgroup.procs`, 'utf8').split('\n').filter(Boolean)) move(pid, inside)
    const controllers = readFileSync(`${root}/cgroup.controllers`, 'utf8').trim().split(' ')
    writeFileSync(`${root}/cgroup.subtree_control`, controllers.map((name) => `+${name}`).join(' '))
  } catch {
    // Read-only here, or not ours to change: dockerd says what it lacks, if it lacks anything.
  }
}

/** It may have ended meanwhile. */
function move(pid: string, group: string): void {
  try {
    writeFileSync(`${group}/cgroup.procs`, pid)
  } catch {}
}

async function mount(type: string, target: string, options: readonly string[]): Promise<boolean> {
  if (!existsSync(target) || readdirSync('/sys').length === 0) return false
  const { failed } = await execa('mount', ['-t', type, ...options, type, target], { reject: false })
  return !failed
}
