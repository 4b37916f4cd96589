import type { Submission } from '../records/submission.ts'
import type { Assignment } from './assignment.ts'
import type { Course, Courses } from './course.ts'

/** A course as it is for one of its assignments: what the assignment says stands instead of what the course says. */
export interface CourseFor extends Course {
  readonly assignment?: Assignment
}

export function courseFor(course: Course, name: string | undefined): CourseFor {
  const assignment = course.assignments?.find((one) => one.name === name)
  if (assignment === undefined) return course
  const { limits, image, allowedImages, queue, visibility, buildFile } = assignment
  return {
    ...course,
    assignment,
    timeMs: limits.timeMs ?? course.timeMs,
    ...(image === undefined ? {} : { image }),
    ...(allowedImages === undefined ? {} : { allowedImages }),
    ...(queue === undefined ? {} : { queue }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(buildFile === undefined ? {} : { defaultBuildFile: buildFile.text }),
  }
}

/** The course that a submission is in, as it is for its assignment. `undefined` when it is not configured any more. */
export function courseOfSubmission(
  courses: Courses,
  { course: name, assignment }: Pick<Submission, 'course' | 'assignment'>,
): CourseFor | undefined {
  const course = courses.byName(name)
  return course === undefined ? undefined : courseFor(course, assignment)
}
