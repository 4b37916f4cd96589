import type { Member } from '../directory/directory.ts'
import { onlyForInstructors, onlyForStaff } from './refusals.ts'

/** `staff`: sees everything of the course and decides about single runs. `instructor`: what is final, or about everybody. */
export type Oversight = 'staff' | 'instructor'

/** The one place that decides who oversees a course. Throws a `Refusal`. */
export function requireOversight({ rights, role }: Member, wanted: Oversight): void {
  if (!rights.staff) throw onlyForStaff(role)
  if (wanted === 'instructor' && !rights.enrols) throw onlyForInstructors(role)
}
