import type { Course } from '../course/course.ts'
import { type AllowList, createAllowList } from './allow-list.ts'

/** Which images a course runs: its own one, and those it lists. */
export function allowListOf({ image, allowedImages = [] }: Pick<Course, 'image' | 'allowedImages'>): AllowList {
  return createAllowList({ patterns: allowedImages, always: image === undefined ? [] : [image] })
}
