/** The original's roles, with `ta` and `instructor` added, least first. */
export const roles = ['guest', 'student', 'class', 'power', 'ta', 'instructor', 'admin'] as const
export type Role = (typeof roles)[number]

/** What a role may do in its course. Rights are data, checked in one place. */
export interface Rights {
  readonly submit: boolean
  /** See, cancel and rerun submissions that are neither the person's nor their team's. */
  readonly staff: boolean
  /** Exempt from the waiting limit and from the interval between submissions. */
  readonly unlimited: boolean
}

const student: Rights = { submit: true, staff: false, unlimited: false }
const staff: Rights = { submit: true, staff: true, unlimited: true }

const table: Readonly<Record<Role, Rights>> = {
  guest: { submit: false, staff: false, unlimited: false },
  student,
  class: student,
  power: { submit: true, staff: false, unlimited: true },
  ta: staff,
  instructor: staff,
  admin: staff,
}

export function rightsOf(role: Role): Rights {
  return table[role]
}

/** A role nobody knows gives no rights: a typing error in a roster must not open a door. */
export function toRole(text: string): Role {
  return roles.find((role) => role === text) ?? 'guest'
}
