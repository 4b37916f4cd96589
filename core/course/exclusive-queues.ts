import type { Course } from './course.ts'

/** The queues whose runs are timed with a host to themselves. */
export function exclusiveQueuesOf(courses: readonly Course[]): string[] {
  const assignments = courses.flatMap(({ assignments = [] }) => assignments)
  const queues = assignments.flatMap(({ timing, queue }) => (timing?.exclusiveHost && queue !== undefined ? queue : []))
  return [...new Set(queues)]
}
