import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/**
 * Terminology
 *
 * - **submission**: one request to run something, from the moment it was promised until its verdict. For ever.
 * - **attempt**: one try at running a submission, numbered from 1. A submission has at most one that counts.
 * - **staging**: turning the source a person named into one deterministic archive in the store.
 * - **wake-up**: a queue message. It says that a queue may have work, never what the work is.
 * - **claim**: the transaction in which a worker takes the fairest waiting submission and its lease.
 * - **lease**: the right to run one attempt, until a time on the database's clock.
 * - **verdict**: how a submission ended. Exactly one, ever.
 * - **submission log**: what the run printed, in order, replayable from a cursor.
 */

/** 24 lower-case hex characters, as in the original. */
export type SubmissionId = string

export function newSubmissionId(): SubmissionId {
  return randomBytes(12).toString('hex')
}

export const submissionStates = ['received', 'staging', 'queued', 'running', 'finished'] as const
export type SubmissionState = (typeof submissionStates)[number]

/**
 * `refused`: the source or the build file was at fault, found after it was received.
 * `system-error`: ours; retried, and free for the student. All others are the student's own result.
 */
export const verdicts = [
  'succeeded',
  'failed',
  'timed-out',
  'out-of-memory',
  'output-limit',
  'disk-limit',
  'cancelled',
  'refused',
  'system-error',
] as const
export type Verdict = (typeof verdicts)[number]

export const platforms = ['slack', 'discord', 'terminal', 'shell'] as const
export type Platform = (typeof platforms)[number]

/** Where the code to run comes from, as the person gave it. Stored with the submission, so it never holds a secret. */
export const sourceRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('git'),
    url: z.string(),
    ref: z.string().exactOptional(),
    /** What `ref` meant when it was looked up first; a branch that moves later changes nothing. */
    commit: z.string().exactOptional(),
    folder: z.string().exactOptional(),
  }),
  /** A file the chat holds; `locator` is what that platform's transport needs to download it again. */
  z.strictObject({
    kind: z.literal('attachment'),
    platform: z.enum(platforms),
    name: z.string(),
    bytes: z.number(),
    locator: z.string(),
  }),
  /** A folder or archive on this host: only from the shell and from the terminal channel. */
  z.strictObject({ kind: z.literal('local'), path: z.string(), host: z.string() }),
  /** What another submission staged: a rerun. */
  z.strictObject({ kind: z.literal('rerun'), submission: z.string() }),
])
export type SourceRequest = Readonly<z.infer<typeof sourceRequestSchema>>

/** `student` runs before `batch`, always. */
export type PriorityClass = 'student' | 'batch'

/** What a worker must have to run a submission. Only what the build file asked for. */
export const needsSchema = z.strictObject({
  /** `amd64`, `arm64`, `ppc64le`: the names Docker uses. */
  architecture: z.string().exactOptional(),
  gpus: z.number().int().exactOptional(),
  gpuArchitecture: z.string().exactOptional(),
  /** Bytes of memory on each GPU. */
  gpuMemory: z.number().int().exactOptional(),
})
export type Needs = Readonly<z.infer<typeof needsSchema>>
