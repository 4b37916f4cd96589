import type { Course } from '../../core/course/course.ts'

export const demoCourse: Course = {
  name: 'demo',
  title: 'Demo course',
  queue: 'rai_amd64',
  timeMs: 60_000,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 1_000,
  intervalMs: 0,
}
