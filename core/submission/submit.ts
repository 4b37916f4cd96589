import type { Course } from '../course/course.ts'
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
  const received = await intake.receive(
    {
      eventKey: request.eventKey,
      place: request.place,
      account: member.account.id,
      course: course.name,
      queue: request.queue ?? parent?.queue ?? course.queue,
      priority: request.priority ?? 'student',
      source: request.source,
      sourcePlace: sourcePlaceOf(request.source, request.place),
      submittedAt: parent?.submittedAt ?? request.submittedAt,
      ...teamOf(request),
      ...(request.assignment === undefined ? {} : { assignment: request.assignment }),
      ...(parent === undefined ? {} : { parent: parent.id }),
    },
    (facts) => admit(facts, request),
  )
  await failpoint('received')
  return received
}

/** A rerun that staff ask for still belongs to the team whose code it is. */
function teamOf({ member, parent }: SubmitRequest): { readonly team?: string } {
  const team = parent === undefined ? member.team : parent.team
  return team === undefined ? {} : { team }
}

function admit({ waiting, sinceLastMs }: AdmissionFacts, { member, course, parent }: SubmitRequest): undefined {
  const { waiting: most = Number.POSITIVE_INFINITY, intervalMs = 0 } = paceOf(member.rights, course)
  if (waiting >= most) throw tooManyWaiting(waiting, most)
  const soon = sinceLastMs !== undefined && sinceLastMs < intervalMs
  if (soon && parent === undefined) throw tooSoon(sinceLastMs, intervalMs)
}

/** Which process can fetch a source. */
export function sourcePlaceOf(source: SourceRequest, place: Place): string {
  if (source.kind === 'local') return `host:${source.host}`
  if (source.kind === 'attachment') return `${source.platform}:${place.workspace}`
  return 'any'
}
