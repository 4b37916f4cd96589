import type { Course } from '../course/course.ts'
import type { CourseWeights } from './lanes.ts'

/** The shares that courses were given. */
export function weightsOf(courses: Iterable<Pick<Course, 'name' | 'weight'>>): CourseWeights {
  const weights = new Map<string, number>()
  for (const { name, weight } of courses) if (weight !== undefined) weights.set(name, weight)
  return weights
}
