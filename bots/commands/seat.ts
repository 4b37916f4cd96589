import type { Course } from '../../core/course/course.ts'
import { termIsOver } from '../../core/course/refusals.ts'
import { type Member, requireMember } from '../../core/directory/directory.ts'
import { maySee } from '../../core/directory/permission.ts'
import { unknownPerson } from '../../core/directory/refusals.ts'
import type { Submission } from '../../core/records/submission.ts'
import { findSubmission } from '../../core/submission/actions.ts'
import { noSuchSubmission } from '../../core/submission/refusals.ts'
import { areDirectMessages } from '../places.ts'
import type { CommandCall } from './command.ts'
import { unknownCourse, whichCourse } from './refusals.ts'

/** Who asks, and in which course. */
export interface Seat {
  readonly course: Course
  readonly member: Member
}

/**
 * The course that was named, that of the thread, or that of the channel; where these leave several or none, a
 * `Refusal` that asks.
 */
export async function seatOf(call: CommandCall): Promise<Seat> {
  const course = await courseOf(call)
  return { course, member: await requireMember(call.context.directory, call.request.identity, course.name) }
}

async function courseOf(call: CommandCall): Promise<Course> {
  const { context, request, options } = call
  const { courses } = context
  if (options.course !== undefined) return named(call, options.course)
  if (request.submission !== undefined) return courseOfThread(call, request.submission)
  const here = areDirectMessages(request.place) ? [] : courses.at(request.place)
  const [only, second] = here
  if (only !== undefined && second === undefined) return only
  const mine = await coursesOfPerson(call, second === undefined ? courses.all() : here)
  const [mineOnly] = mine
  // Nobody else reads along, and there is nothing else they can mean.
  if (areDirectMessages(request.place) && mineOnly !== undefined && mine.length === 1) return mineOnly
  throw whichCourse(
    mine.map(({ name }) => name),
    second !== undefined,
  )
}

function named({ context }: CommandCall, name: string): Course {
  const course = context.courses.byName(name.toLowerCase())
  if (course !== undefined) return course
  throw unknownCourse(
    name,
    context.courses.all().map((one) => one.name),
  )
}

async function courseOfThread({ context }: CommandCall, id: string): Promise<Course> {
  const submission = await context.records.lookup.byId(id)
  const course = submission && context.courses.byName(submission.course)
  if (course === undefined) throw noSuchSubmission(id)
  return course
}

async function coursesOfPerson({ context, request }: CommandCall, among: readonly Course[]): Promise<Course[]> {
  const account = await context.directory.identify(request.identity)
  if (account === undefined) throw unknownPerson()
  const enrolled = new Set((await context.directory.memberships(account)).map(({ course }) => course))
  return among.filter(({ name }) => enrolled.has(name))
}

/** The submission a command is about: the one named, that of the thread or button, or else what `otherwise` finds. */
export async function targetOf(
  { context, request, words }: CommandCall,
  { member }: Seat,
  otherwise: () => Promise<Submission>,
): Promise<Submission> {
  const [id] = words
  if (id !== undefined) return findSubmission(context.records, member, id)
  if (request.submission === undefined) return otherwise()
  const submission = await context.records.lookup.byId(request.submission)
  if (submission === undefined || !maySee(member, submission)) throw noSuchSubmission(request.submission)
  return submission
}

/** What the person and their team have, newest first. */
export function ownerOf({ course, member }: Seat) {
  return {
    account: member.account.id,
    course: course.name,
    ...(member.team === undefined ? {} : { team: member.team }),
  }
}

/** Throws where the course's term is over. */
export async function requireOpenTerm({ context }: CommandCall, { course }: Seat): Promise<void> {
  if ((await context.records.terms.archived(course.name)) !== undefined) throw termIsOver(course.title)
}
