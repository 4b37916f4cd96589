import type { Course, Courses } from '../core/course/course.ts'
import type { Place } from '../core/records/submission.ts'
import { areDirectMessages } from './places.ts'

/**
 * The courses that a form asks about: those of the channel where it has several, or all where it has none or is a
 * conversation with the bot. Empty where there is nothing to ask.
 */
export function coursesToAsk(courses: Courses, place: Place): readonly Course[] {
  const asked = coursesHere(courses, place)
  return asked.length < 2 ? [] : asked
}

function coursesHere(courses: Courses, place: Place): readonly Course[] {
  const here = areDirectMessages(place) ? [] : courses.at(place)
  return here.length === 0 ? courses.all() : here
}

/** What may be handed in now, by name; a form or a suggestion offers them. */
export function openAssignments(courses: Courses, place: Place, now: number): string[] {
  const open = coursesHere(courses, place)
    .flatMap(({ assignments = [] }) => assignments)
    .filter(({ opensAt = 0 }) => opensAt <= now)
  return [...new Set(open.map(({ name }) => name))]
}
