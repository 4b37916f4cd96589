import type { Submission } from '../records/submission.ts'
import type { SignedLink, Store } from '../store/store.ts'

/** Signed links to what a submission left. Missing: there is no such thing. */
export interface SubmissionLinks {
  readonly build?: SignedLink
  readonly log?: SignedLink
}

/** Signs the links now; whoever asks was allowed to. */
export async function signLinks(store: Store, submission: Submission, seconds: number): Promise<SubmissionLinks> {
  const { build, log } = submission.result ?? {}
  const sign = (key: string, filename: string) => store.link(key, { expiresInSeconds: seconds, filename })
  return {
    ...(build === undefined ? {} : { build: await sign(build.key, `build-${submission.id}.tar.gz`) }),
    ...(log === undefined ? {} : { log: await sign(log.key, `log-${submission.id}.txt`) }),
  }
}
