import type { Course, Courses } from '../../core/course/course.ts'
import { demo } from './world.ts'

const other: Course = {
  ...demo,
  name: 'other',
  title: 'Another course',
  assignments: [
    { name: 'lab7', title: 'Lab 7', quotas: [], requiredFiles: [], limits: {} },
    { name: 'final', title: 'Final', opensAt: Date.UTC(2100, 0, 1), quotas: [], requiredFiles: [], limits: {} },
  ],
}
const both = [demo, other]

/** A channel that belongs to two courses. */
export const twoCourses: Courses = {
  all: () => both,
  byName: (name) => both.find((course) => course.name === name),
  at: () => both,
}
