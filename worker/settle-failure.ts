import type { Logger } from 'pino'
import { ProviderError, Refusal } from '../core/errors.ts'
import type { ClaimedRun } from '../core/records/claim.ts'
import { bareResult } from '../core/records/json.ts'
import type { AttemptOptions } from './attempt-options.ts'
import type { Desk } from './desk.ts'
import type { Stop } from './stop.ts'

/** What cut an attempt off. */
export interface Failure {
  readonly error: unknown
  readonly desk: Desk | undefined
  readonly log: Logger
}

/** Writes down what becomes of a submission whose attempt was cut off: given back, ended, or tried again. */
export async function settleFailure(
  { records, maxAttempts, backoffMs }: AttemptOptions,
  { lease, submission }: ClaimedRun,
  stop: Stop,
  { error, desk, log }: Failure,
): Promise<void> {
  const reason = stop.reason()
  if (reason === 'lease-lost') return
  if (reason === 'hand-back') {
    await records.runs.handBack(lease)
    return
  }
  if (reason === 'cancel') {
    await records.runs.finish(lease, 'cancelled', bareResult('It was cancelled before its commands ran.', 'cancelled'))
    return
  }
  if (error instanceof Refusal) {
    await desk?.output.say(error.message)
    await records.runs.finish(lease, 'refused', bareResult(error.message, error.code))
    return
  }
  const errorId = lease.token.slice(0, 8)
  log.error({ err: error, errorId }, 'the attempt failed on our side')
  const tries = submission.attempt - submission.handBacks
  await desk?.output.say(`This attempt failed on our side, not yours (error ${errorId}).`)
  const code = error instanceof ProviderError ? `${error.provider}-failed` : 'internal-error'
  await records.runs.retry(lease, {
    reason: code,
    delayMs: Math.min(60_000, backoffMs * 2 ** (tries - 1)),
    maxAttempts,
    result: bareResult(givenUp(tries, errorId), code, errorId),
  })
}

function givenUp(tries: number, errorId: string): string {
  return `RAI failed to run this ${tries} times (error ${errorId}). That is our fault, not yours, and costs you nothing; the course staff can look it up.`
}
