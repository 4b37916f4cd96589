import type { Result, StagedSource } from '../../core/records/json.ts'
import { staged, succeeded } from './world.ts'

/** A submission that is timed and graded. */
export const gradedSource: StagedSource = {
  ...staged,
  job: { ...staged.job, timing: { repetitions: 3, take: 'median', of: 'last-command' } },
}

/** @param message what the staff's grader said, which may repeat what a student wrote. */
export const gradedResult = (message: string): Result => ({
  ...succeeded,
  grade: { passed: true, score: 87, message },
  measured: { timesMs: [412.5, 409.1, 430.2], takenMs: 412.5 },
})
