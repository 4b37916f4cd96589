import { expect, it } from 'vitest'
import type { Assignment } from '../../../core/course/assignment.ts'
import { exclusiveQueuesOf } from '../../../core/course/exclusive-queues.ts'
import { defaults } from './file/course-files.ts'

function assignment(queue: string | undefined, exclusiveHost: boolean): Assignment {
  return {
    ...{ name: 'final', title: 'Final', quotas: [], requiredFiles: [], limits: {} },
    timing: { repetitions: 3, take: 'minimum', of: 'last-command', exclusiveHost },
    ...(queue === undefined ? {} : { queue }),
  }
}

it('names each queue of runs that are timed alone once, whatever the course', () => {
  const courses = [
    { ...defaults, assignments: [assignment('timing', true), assignment('usual', false)] },
    { ...defaults, assignments: [assignment('timing', true), assignment(undefined, true)] },
    defaults,
  ]
  expect(exclusiveQueuesOf(courses)).toEqual(['timing'])
})
