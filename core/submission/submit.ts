import { findAssignment, judge } from '../course/admission.ts'
import type { Assignment, Standing } from '../course/assignment.ts'
import type { Course } from '../course/course.ts'
import { termIsOver } from '../course/refusals.ts'
import { paceOf } from '../directory/allowance.ts'
import type { Member } from '../directory/directory.ts'
import { failpoint } from '../failpoint.ts'
import type { AdmissionFacts } from '../records/admission-facts.ts'
import type { Intake } from '../records/intake.ts'
import type { Place, Submission } from '../records/submission.ts'
import type { PriorityClass, SourceRequest } from '../vocabulary.ts'
import { mayNotSubmit, queueNotYours, tooManyWaiting, tooSoon } from './refusals.ts'

export interface SubmitRequest {
  /** Platform + workspace + channel + message or interaction id. */
  readonly eventKey: string
  readonly place: Place
  readonly member: Member
  readonly course: Course
  readonly source: SourceRequest
  readonly assignment?: string
  /** Another queue than the course's; for staff. */
  readonly queue?: string
  readonly priority?: PriorityClass
  /** The submission this one repeats. A repetition keeps its submitted-at and costs no quota. */
  readonly parent?: Submission
  /** The platform's time of the event, in milliseconds since the epoch. */
  readonly submittedAt: number
}

export interface Received {
  readonly submission: Submission
  /** The same event had made it before. */
  readonly repeated: boolean
}

/**
 * Promises to run something: once this resolved, it is committed and will reach a verdict whatever dies. Rejects with
 * a `Refusal` for what the person may not do now.
 */
export async function submit(intake: Intake, request: SubmitRequest): Promise<Received> {
  const { member, course, parent } = request
  if (!member.rights.submit) throw mayNotSubmit(member.role)
  if (request.queue !== undefined && member.rights.queues !== 'any') throw queueNotYours(member.role)
  const assignment = assignmentOf(request)
  const received = await intake.receive(
    {
      eventKey: request.eventKey,
      place: request.place,
      account: member.account.id,
      course: course.name,
      queue: request.queue ?? parent?.queue ?? assignment?.queue ?? course.queue,
      priority: request.priority ?? 'student',
      source: request.source,
      sourcePlace: sourcePlaceOf(request.source, request.place),
      submittedAt: parent?.submittedAt ?? request.submittedAt,
      ...teamOf(request),
      ...(request.assignment === undefined ? {} : { assignment: assignment?.name ?? request.assignment }),
      ...(parent === undefined ? supersedingOf(request) : { parent: parent.id }),
    },
    (facts) => admit(facts, request, assignment),
  )
  await failpoint('received')
  return received
}

/** A newer version of the same work makes the older one pointless, where the course sees it so. */
function supersedingOf({ course, priority = 'student' }: SubmitRequest): { readonly supersedes?: boolean } {
  return course.supersede === true && priority === 'student' ? { supersedes: true } : {}
}

/** A rerun that staff ask for still belongs to the team whose code it is. */
function teamOf({ member, parent }: SubmitRequest): { readonly team?: string } {
  const team = parent === undefined ? member.team : parent.team
  return team === undefined ? {} : { team }
}

/** A repetition is for what the first one was for, whatever the course has made of that since. */
function assignmentOf({ course, parent, assignment: name }: SubmitRequest): Assignment | undefined {
  if (name === undefined) return undefined
  if (parent === undefined) return findAssignment(course, name)
  return course.assignments?.find((assignment) => assignment.name === name)
}

function admit(
  facts: AdmissionFacts,
  request: SubmitRequest,
  assignment: Assignment | undefined,
): Standing | undefined {
  if (facts.termOver) throw termIsOver(request.course.title)
  checkPace(facts, request)
  const { member, course, parent, submittedAt } = request
  if (parent !== undefined) return standingOfRepetition(parent, member)
  if (assignment === undefined) return undefined
  const { staff, unlimited } = member.rights
  const party = { account: member.account.id, ...teamOf(request) }
  return judge({ course, assignment, party, submittedAt, facts, staff, unlimited })
}

function checkPace({ waiting, sinceLastMs }: AdmissionFacts, { member, course, parent }: SubmitRequest): void {
  const { waiting: most = Number.POSITIVE_INFINITY, intervalMs = 0 } = paceOf(member.rights, course)
  if (waiting >= most) throw tooManyWaiting(waiting, most)
  const soon = sinceLastMs !== undefined && sinceLastMs < intervalMs
  if (soon && parent === undefined) throw tooSoon(sinceLastMs, intervalMs)
}

/** Repetitions cost no quota, so that a person's own would be a way around it; those of staff are for fairness. */
function standingOfRepetition({ standing }: Submission, { rights }: Member): Standing | undefined {
  if (standing === undefined || rights.staff) return standing
  return { counts: false, because: 'repeat', reason: 'It repeats a run. What counts is what you submit anew.' }
}

/** Which process can fetch a source. */
export function sourcePlaceOf(source: SourceRequest, place: Place): string {
  if (source.kind === 'local') return `host:${source.host}`
  if (source.kind === 'attachment') return `${source.platform}:${place.workspace}`
  return 'any'
}
