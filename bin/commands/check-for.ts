import { unknownCourse, whichCourse } from '../../bots/commands/refusals.ts'
import type { BuildFile, BuildFileLimits } from '../../core/buildfile/build-file.ts'
import { needsOf } from '../../core/buildfile/needs.ts'
import type { Config } from '../../core/config/schema.ts'
import { findAssignment } from '../../core/course/admission.ts'
import type { Course } from '../../core/course/course.ts'
import { type CourseFor, courseFor } from '../../core/course/for-assignment.ts'
import { notOpenYet } from '../../core/course/refusals.ts'
import { allowanceOf } from '../../core/directory/allowance.ts'
import { rightsOf } from '../../core/directory/rights.ts'
import { boundsFor } from '../../core/submission/assigned.ts'
import { tooManyGpusFor } from '../../core/submission/refusals.ts'
import { courseOf } from '../compose/course-of.ts'
import { coursesNow } from '../compose/courses.ts'
import { buildFileLimitsOf } from '../compose/stager-role.ts'

/** What a submission is judged by. Throws a `Refusal` where that is not clear, or not open yet. */
export async function courseToCheck(config: Config, name?: string, wanted?: string): Promise<CourseFor> {
  const course = chosen(config, await coursesNow(config), name, wanted)
  if (wanted === undefined) return course
  const assignment = findAssignment(course, wanted)
  const { opensAt } = assignment ?? {}
  if (opensAt !== undefined && opensAt > Date.now()) throw notOpenYet(wanted, opensAt, course.timeZone)
  return courseFor(course, assignment?.name)
}

/** Without a name, the only one; or what the configuration says where there are several and no assignment is named. */
function chosen(config: Config, courses: readonly Course[], name?: string, assignment?: string): Course {
  const names = courses.map((course) => course.name)
  const [only, second] = name === undefined ? courses : courses.filter((course) => course.name === name.toLowerCase())
  if (name !== undefined && only === undefined) throw unknownCourse(name, names)
  if (only !== undefined && second === undefined) return only
  if (assignment !== undefined) throw whichCourse(names, true)
  return courseOf(config)
}

/** A student's. */
export function limitsToCheck(config: Config, course: CourseFor): BuildFileLimits {
  const limits = buildFileLimitsOf(config)
  const { timeMs, dataBytes, network } = allowanceOf(
    rightsOf('student', course.rights),
    course,
    boundsFor(course, limits),
  )
  return { ...limits, timeMs, dataBytes, network }
}

export function checkGpus({ assignment }: CourseFor, { resources }: Pick<BuildFile, 'resources'>): void {
  const { gpus = 0 } = needsOf(resources)
  const most = assignment?.limits.gpus ?? gpus
  if (gpus > most) throw tooManyGpusFor(gpus, most, assignment?.name ?? '')
}
