import type { CourseFor } from '../course/for-assignment.ts'
import { allowListOf } from '../images/course-images.ts'
import type { Fleet } from '../records/fleet.ts'
import type { Lookup } from '../records/lookup.ts'
import type { Submission } from '../records/submission.ts'
import type { Store } from '../store/store.ts'
import { checkReachable } from './reachable.ts'
import { sourceExpired } from './refusals.ts'
import type { Staged } from './stager.ts'

export interface StageAgainOptions {
  readonly store: Store
  readonly lookup: Lookup
  readonly fleet: Pick<Fleet, 'seen'>
}

/** A repetition runs the very archive of the first one, by the build file as it was read then. */
export async function stageAgain(
  { store, lookup, fleet }: StageAgainOptions,
  { submission, course }: { readonly submission: Submission; readonly course: CourseFor },
  first: string,
): Promise<Staged> {
  const original = await lookup.byId(first)
  const staged = original?.staged
  if (original === undefined || staged === undefined || (await store.stat(staged.key)) === undefined) {
    throw sourceExpired(first)
  }
  // The course may allow less than it did then. A built image is the owner's; what it is built on is checked again.
  if (staged.job.buildImage === undefined) allowListOf(course).check(staged.job.image, original)
  await checkReachable(fleet, submission.queue, original.needs)
  return { source: staged, needs: original.needs, queue: submission.queue }
}
