import type { RightsOverrides } from '../directory/rights.ts'
import type { Place } from '../records/submission.ts'
import type { Assignment } from './assignment.ts'

/** Who reads along in a submission's thread. `quiet`: only the verdict is posted. */
export type ThreadVisibility = 'public' | 'private' | 'quiet'

/** What a course decides for its submissions. Milliseconds and counts. */
export interface Course {
  /** Lower-case, without spaces; part of audit rows and of class queues. */
  readonly name: string
  readonly title: string
  /** Where submissions go, `<app name>_<architecture>` unless the course has its own. */
  readonly queue: string
  /** The image of a build file that names none. */
  readonly image?: string
  /** Globs over the names of images that a build file may ask for, besides `image`. Absent: none. */
  readonly allowedImages?: readonly string[]
  /** The registry that built images are published to. Absent: none are. */
  readonly registry?: string
  /** Text of the build file that is used where a submission has none. */
  readonly defaultBuildFile?: string
  /** Longest wall time a run may ask for. */
  readonly timeMs: number
  readonly keepGoing: boolean
  readonly visibility: ThreadVisibility
  /** Whether links to results may be posted where others read along. */
  readonly publicResults: boolean
  /** Whose repositories are whose: `ece408/{assignment}-{username}`, a path on the host that credentials are for. */
  readonly repository?: string
  /** What this course changes in the table of rights (`core/directory/rights.ts`), by role. Absent: nothing. */
  readonly rights?: RightsOverrides
  /** Submissions of one person that may wait at a time. */
  readonly waitingLimit: number
  /** Least time between two submissions of one person. */
  readonly intervalMs: number
  /** Its share of the workers, beside other courses'. Absent: 1. */
  readonly weight?: number
  /** A newer submission of the same person ends those of the same assignment that still wait. Absent: it does not. */
  readonly supersede?: boolean
  /** Where the staff are told what went wrong. Absent: the deployment's staff channel. */
  readonly staffChannel?: Place
  /** IANA name that deadlines are written and shown in. Absent: UTC. */
  readonly timeZone?: string
  /** Late tokens that a team, or a person without one, has for the whole course. Absent: none. */
  readonly lateTokens?: number
  readonly assignments?: readonly Assignment[]
  /** Where the course is. Absent: wherever the bot was invited to. */
  readonly channels?: readonly CourseChannel[]
  /** Absent: only the roster makes teams. */
  readonly teams?: TeamPolicy
}

/** A channel of the course. Absent parts are any. */
export interface CourseChannel extends Partial<Omit<Place, 'platform'>>, Pick<Place, 'platform'> {
  /** What is submitted there is for this assignment, unless another one is named. */
  readonly assignment?: string
}

/** People make their own teams, until their first submission that counts. */
export interface TeamPolicy {
  /** People in a team at most. */
  readonly size: number
  /** From then on nobody joins or leaves, in milliseconds since the epoch. */
  readonly lockedAt?: number
}

/** The courses of this deployment. */
export interface Courses {
  all(): readonly Course[]
  byName(name: string): Course | undefined
  /** The courses a channel belongs to: none or several are questions for the person, not guesses. */
  at(place: Place): readonly Course[]
}

/** A deployment with one course, whose channels are all that the bot was invited to. */
export function singleCourse(course: Course): Courses {
  return {
    all: () => [course],
    byName: (name) => (name === course.name ? course : undefined),
    at: () => [course],
  }
}
