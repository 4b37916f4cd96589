import type { Member } from '../directory/directory.ts'
import type { CancelOutcome } from '../records/cancelling.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { alreadyFinished, ambiguousSubmission, noSuchSubmission, nothingToCancel, startedByStaff } from './refusals.ts'

/** Whether somebody may see a submission: their own, their team's, or any of their course as staff. */
export function maySee(member: Member, submission: Submission): boolean {
  if (submission.course !== member.course) return false
  if (member.rights.staff || submission.account === member.account.id) return true
  return member.team !== undefined && submission.team === member.team
}

/**
 * The submission somebody means by its id, or by the first characters of one (six or more). Ids of what they may not
 * see are unknown to them.
 */
export async function findSubmission(records: Records, member: Member, text: string): Promise<Submission> {
  const prefix = text.trim().toLowerCase()
  if (!/^[0-9a-f]{6,24}$/.test(prefix)) throw noSuchSubmission(text)
  const candidates = await records.lookup.byPrefix(prefix, 20)
  const [first, second] = candidates.filter((candidate) => maySee(member, candidate))
  if (first === undefined) throw noSuchSubmission(text)
  if (second !== undefined) throw ambiguousSubmission(text, [first.id, second.id])
  return first
}

/** The person's newest submission that has not ended. */
export async function newestUnfinished(records: Records, member: Member): Promise<Submission> {
  const [newest] = await records.lookup.unfinished({ account: member.account.id, course: member.course }, 1)
  if (newest === undefined) throw nothingToCancel()
  return newest
}

/** Ends what waits now, and what runs within seconds. The right to cancel follows who started the run. */
export async function cancel(records: Records, member: Member, submission: Submission): Promise<CancelOutcome> {
  if (!maySee(member, submission)) throw noSuchSubmission(submission.id)
  const own = submission.account === member.account.id
  if (!(own || member.rights.staff || submission.parent === undefined)) throw startedByStaff(submission.id)
  const outcome = await records.runs.requestCancel(submission.id, member.account.id)
  if (outcome === undefined) throw noSuchSubmission(submission.id)
  if (outcome === 'already-finished') throw alreadyFinished(submission.id, await verdictOf(records, submission))
  await records.audit.write({
    actor: member.account.id,
    action: 'submission.cancel',
    subject: submission.id,
    detail: { outcome },
  })
  return outcome
}

async function verdictOf(records: Records, { id }: Submission): Promise<string> {
  return (await records.lookup.byId(id))?.verdict ?? 'finished'
}
