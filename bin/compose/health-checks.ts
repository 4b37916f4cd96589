import type { Logger } from 'pino'
import prettyBytes from 'pretty-bytes'
import { messageOf } from '../../core/errors.ts'
import { freeOn } from '../../core/metrics/disk.ts'
import type { Records } from '../../core/records/records.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import type { HealthCheck } from './health.ts'

/** A hung engine answers nothing: what runs may still end, but nothing can be started. */
export function engineCheck(runner: Pick<Runner, 'check'>): HealthCheck {
  return {
    name: 'engine',
    stopsClaims: true,
    problem: async () => {
      await runner.check()
      return undefined
    },
  }
}

/** Without the records nothing can be claimed anyway; staff should see why. */
export function recordsCheck(records: Pick<Records, 'check'>): HealthCheck {
  return {
    name: 'database',
    stopsClaims: false,
    problem: async () => {
      await records.check()
      return undefined
    },
  }
}

export interface DiskCheckOptions {
  /** Folders whose disks have to have room. Those that do not exist are left out. */
  readonly folders: readonly string[]
  /** Below this, clean up. */
  readonly cleanBelow: number
  /** Below this, after cleaning up, claim no more. */
  readonly stopBelow: number
  /** Makes room; each is tried, whatever the others do. */
  readonly clean: readonly (() => Promise<void>)[]
  readonly log: Logger
  /** Free bytes on a folder's disk; `undefined` where there is no such folder. */
  readonly free?: (folder: string) => Promise<number | undefined>
}

/** Cleans up when room gets scarce, and fails when that was not enough. */
export function diskCheck(options: DiskCheckOptions): HealthCheck {
  const { cleanBelow, stopBelow, log } = options
  return {
    name: 'disk',
    stopsClaims: true,
    problem: async () => {
      const before = await scarcest(options)
      if (before === undefined || before.bytes >= Math.max(cleanBelow, stopBelow)) return undefined
      await cleanUp(options)
      const after = await scarcest(options)
      if (after === undefined) return undefined
      if (after.bytes > before.bytes) log.info({ ...after, freed: after.bytes - before.bytes }, 'made room on the disk')
      return after.bytes < stopBelow ? tooFull(after, stopBelow) : undefined
    },
  }
}

interface Room {
  readonly folder: string
  readonly bytes: number
}

async function scarcest({ folders, free = freeOn }: DiskCheckOptions): Promise<Room | undefined> {
  const rooms = await Promise.all(folders.map(async (folder) => ({ folder, bytes: await free(folder) })))
  const known = rooms.flatMap(({ folder, bytes }) => (bytes === undefined ? [] : [{ folder, bytes }]))
  return known.sort((one, other) => one.bytes - other.bytes)[0]
}

async function cleanUp({ clean, log }: DiskCheckOptions): Promise<void> {
  for (const cleaner of clean) {
    await cleaner().catch((error: unknown) => log.warn({ problem: messageOf(error) }, 'cannot clean up the disk'))
  }
}

function tooFull({ folder, bytes }: Room, stopBelow: number): string {
  const size = (count: number) => prettyBytes(count, { binary: true })
  return `only ${size(bytes)} are free for ${folder}, less than server.disk_stop (${size(stopBelow)})`
}
