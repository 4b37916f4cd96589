import type { AdmissionFacts, PastSubmission } from '../records/admission-facts.ts'
import type { Assignment, Quota, Standing } from './assignment.ts'
import { type Bucket, bucketAt } from './bucket.ts'
import type { Course } from './course.ts'
import { judgeDeadline, type Tokens } from './lateness.ts'
import { notOpenYet, quotaUsedUp, unknownAssignment } from './refusals.ts'

/** Whose quotas and late tokens are used: the team's, or those of a person without one. */
export interface Party {
  readonly account: string
  readonly team?: string
}

/**
 * The assignment somebody names, where the course has any; a course without takes every word. Throws a `Refusal` that
 * lists them.
 */
export function findAssignment({ assignments = [] }: Course, name: string): Assignment | undefined {
  const found = assignments.find((assignment) => assignment.name === name.toLowerCase())
  if (found !== undefined || assignments.length === 0) return found
  throw unknownAssignment(
    name,
    assignments.map((assignment) => assignment.name),
  )
}

export interface Application {
  readonly course: Course
  readonly assignment: Assignment
  readonly party: Party
  /** The platform's time of the submission: what a bot that was down at the deadline does not change. */
  readonly submittedAt: number
  readonly facts: Pick<AdmissionFacts, 'past' | 'extendedTo'>
  /** Staff try an assignment before it opens. */
  readonly staff: boolean
  /** Whose role has no quotas. */
  readonly unlimited: boolean
}

/** Whether a submission counts. Throws a `Refusal` for what does not even run: before it opens, or over a quota. */
export function judge({ course, assignment, party, submittedAt, facts, staff, unlimited }: Application): Standing {
  const { opensAt } = assignment
  const { timeZone } = course
  if (opensAt !== undefined && submittedAt < opensAt && !staff) throw notOpenYet(assignment.name, opensAt, timeZone)
  for (const quota of unlimited ? [] : assignment.quotas) {
    const { left, nextAt } = quotaOf(assignment, quota, party, facts.past, submittedAt)
    if (left < 1) throw quotaUsedUp({ assignment: assignment.name, quota, nextAt: nextAt ?? submittedAt, timeZone })
  }
  return judgeDeadline(assignment, {
    submittedAt,
    tokens: tokensOf(course, assignment, party, facts.past),
    ...(facts.extendedTo === undefined ? {} : { extendedTo: facts.extendedTo }),
    ...(timeZone === undefined ? {} : { timeZone }),
  })
}

/** What one of an assignment's quotas has left at a time. Who is in no team has the team's quota alone. */
export function quotaOf(
  { name }: Assignment,
  quota: Quota,
  party: Party,
  past: readonly PastSubmission[],
  at: number,
): Bucket {
  const mine = quota.per === 'person' ? (one: PastSubmission) => one.account === party.account : isOf(party)
  const taken = past.filter((one) => one.assignment === name && mine(one)).map((one) => one.submittedAt)
  return bucketAt(quota, taken, at)
}

/** An assignment costs what its latest counted submission costs, not the sum of all of them. */
export function tokensOf(
  { lateTokens = 0 }: Course,
  { name }: Assignment,
  party: Party,
  past: readonly PastSubmission[],
): Tokens {
  const spent = new Map<string, number>()
  for (const { assignment, standing } of past.filter(isOf(party))) {
    if (standing?.counts !== true) continue
    spent.set(assignment, Math.max(spent.get(assignment) ?? 0, standing.lateTokens ?? 0))
  }
  const all = [...spent.values()].reduce((sum, tokens) => sum + tokens, 0)
  return { left: Math.max(0, lateTokens - all), paid: spent.get(name) ?? 0 }
}

function isOf({ account, team }: Party): (one: PastSubmission) => boolean {
  if (team !== undefined) return (one) => one.team === team
  return (one) => one.account === account && one.team === undefined
}
