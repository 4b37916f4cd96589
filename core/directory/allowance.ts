import type { Course } from '../course/course.ts'
import type { Rights } from './rights.ts'

/** What bounds everybody's runs here, whatever their role. */
export interface InstallationBounds {
  /** Milliseconds of wall time. */
  readonly timeMs: number
  /** Bytes in `/build`. */
  readonly dataBytes: number
  /** Whether there is a network to give at all. */
  readonly network: boolean
}

/** What one person's run gets in one course: the least of what the role, the course and the installation allow. */
export interface Allowance extends InstallationBounds {
  /** Wall time of a build file that asks for none. */
  readonly usualTimeMs: number
  readonly gpus: number
}

export function allowanceOf(rights: Rights, course: Pick<Course, 'timeMs'>, bounds: InstallationBounds): Allowance {
  const timeMs = Math.min(rights.timeMs, rights.longRuns ? bounds.timeMs : Math.min(course.timeMs, bounds.timeMs))
  return {
    timeMs,
    usualTimeMs: Math.min(timeMs, course.timeMs),
    dataBytes: Math.min(rights.storageBytes, bounds.dataBytes),
    gpus: rights.gpus,
    network: rights.network && bounds.network,
  }
}

/** How much somebody may have waiting, and how often they may submit. `undefined`: no bound. */
export interface Pace {
  readonly waiting?: number
  readonly intervalMs?: number
}

export function paceOf(rights: Rights, course: Pick<Course, 'waitingLimit' | 'intervalMs'>): Pace {
  if (rights.unlimited) return {}
  return {
    waiting: rights.waitingLimit ?? course.waitingLimit,
    intervalMs: rights.intervalMs ?? course.intervalMs,
  }
}
