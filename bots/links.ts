import type { Submission } from '../core/records/submission.ts'

/** Signed links to what a submission left behind; absent where it left none. */
export interface Links {
  readonly build?: string
  readonly log?: string
  /** Milliseconds since the epoch: when the first of them stops working. */
  readonly expiresAt: number
}

/** Signs now. Whether the person may have them is checked before. Rejects with a `ProviderError`. */
export type SignLinks = (submission: Submission) => Promise<Links>
