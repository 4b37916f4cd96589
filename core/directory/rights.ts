/** The original's roles, with `ta` and `instructor` added, least first. */
export const roles = ['guest', 'student', 'class', 'power', 'ta', 'instructor', 'admin'] as const
export type Role = (typeof roles)[number]

/**
 * Which queues somebody's work may go to: the course's alone, also that of the architecture a build file asks for, or
 * any that is named.
 */
export type QueueAccess = 'course' | 'architecture' | 'any'

/**
 * What a role may do in its course. Rights are data: `allowance.ts` and `permission.ts` are the only places that judge
 * by them. Bytes, milliseconds and counts; `Infinity` where the role sets no bound of its own.
 */
export interface Rights {
  readonly submit: boolean
  /** See, cancel and rerun submissions that are neither the person's nor their team's. */
  readonly staff: boolean
  /** Exempt from the waiting limit and from the interval between submissions. */
  readonly unlimited: boolean
  /** Exempt from the course's longest wall time, so that only the role's and the installation's count. */
  readonly longRuns: boolean
  /** Longest wall time of a run. */
  readonly timeMs: number
  /** Most that `/build` may hold. */
  readonly storageBytes: number
  /** GPUs of one run. */
  readonly gpus: number
  readonly queues: QueueAccess
  /** Whether a build file may have the network, where the installation has one to give. */
  readonly network: boolean
  /** Instead of the course's. */
  readonly waitingLimit?: number
  /** Instead of the course's. */
  readonly intervalMs?: number
  /** Whose submissions this role sees, besides those of the person and of their team. */
  readonly sees: 'own' | 'course'
  /** Whom it may act on: cancel what they started, rotate and revoke their keys. */
  readonly actsOn: readonly Role[]
  /** Whether it may bring people into the course, and take them out. */
  readonly enrols: boolean
}

/** What a course changes in the table, by role. */
export type RightsOverrides = Readonly<Partial<Record<Role, Partial<Rights>>>>

const minute = 60_000
const hour = 60 * minute
const mib = 1024 * 1024
const gib = 1024 * mib

const guest: Rights = {
  submit: false,
  staff: false,
  unlimited: false,
  longRuns: false,
  timeMs: hour,
  storageBytes: gib,
  gpus: Number.POSITIVE_INFINITY,
  queues: 'architecture',
  network: false,
  sees: 'own',
  actsOn: [],
  enrols: false,
}
const student: Rights = { ...guest, submit: true }
const power: Rights = {
  ...student,
  unlimited: true,
  longRuns: true,
  timeMs: 10 * hour,
  storageBytes: 10 * gib,
  queues: 'any',
  network: true,
}
const ta: Rights = { ...power, staff: true, sees: 'course', actsOn: ['guest', 'student', 'class', 'power'] }
const instructor: Rights = { ...ta, actsOn: [...ta.actsOn, 'ta'], enrols: true }

const table: Readonly<Record<Role, Rights>> = {
  guest,
  student,
  class: { ...student, timeMs: 5 * minute, storageBytes: 10 * mib, gpus: 1, queues: 'course' },
  power,
  ta,
  instructor,
  admin: {
    ...instructor,
    timeMs: Number.POSITIVE_INFINITY,
    storageBytes: Number.POSITIVE_INFINITY,
    actsOn: roles,
  },
}

/** @param overrides what the course changes: `Course.rights`. */
export function rightsOf(role: Role, overrides: RightsOverrides = {}): Rights {
  const changes = overrides[role]
  return changes === undefined ? table[role] : { ...table[role], ...changes }
}

/** A role nobody knows gives no rights: a typing error in a roster must not open a door. */
export function toRole(text: string): Role {
  return roles.find((role) => role === text) ?? 'guest'
}
