import type { Submission } from '../records/submission.ts'
import type { Member } from './directory.ts'
import { mayNotActOn, mayNotEnrol, staffElsewhere } from './refusals.ts'
import { type Role, rightsOf } from './rights.ts'

/** Whether somebody may see a submission: their own, their team's, or any of their course as staff. */
export function maySee(member: Member, submission: Pick<Submission, 'account' | 'course' | 'team'>): boolean {
  if (submission.course !== member.course) return false
  if (member.rights.sees === 'course' || submission.account === member.account.id) return true
  return member.team !== undefined && submission.team === member.team
}

/** Somebody that is to be acted on: whose keys, or whose run. */
export interface Target {
  readonly account: string
  readonly course: string
  readonly role: Role
}

/** Whether somebody may rotate or revoke another person's keys, or end what they started. Their own, always. */
export function mayActOn(member: Member, target: Target): boolean {
  if (target.account === member.account.id) return true
  return target.course === member.course && member.rights.actsOn.includes(target.role)
}

/** @param action what was wanted, as a verb phrase: `rotate the keys of`. */
export function requireMayActOn(member: Member, target: Target, action: string): void {
  if (!mayActOn(member, target)) throw mayNotActOn(action, member.role, target.role)
}

/**
 * A person and their keys are of no single course: who is staff of another one must not be signed out of it, in to it,
 * or forgotten from here.
 *
 * @param target with what they are in other courses.
 */
export function requireMayActEverywhere(
  member: Member,
  target: Target & { readonly elsewhere: readonly Role[] },
  { action, otherwise }: { readonly action: string; readonly otherwise: string },
): void {
  requireMayActOn(member, target, action)
  const own = target.account === member.account.id
  if (!own && target.elsewhere.some((role) => rightsOf(role).staff)) throw staffElsewhere(action, otherwise)
}

/** Whether somebody may bring people of this role into the course: staff, and nobody who could then act on them. */
export function requireMayEnrol(member: Member, role: Role): void {
  if (!(member.rights.enrols && member.rights.actsOn.includes(role))) throw mayNotEnrol(member.role, role)
}
