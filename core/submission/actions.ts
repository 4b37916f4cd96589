import type { Member } from '../directory/directory.ts'
import { mayActOn, maySee } from '../directory/permission.ts'
import { rightsOf, toRole } from '../directory/rights.ts'
import type { CancelOutcome } from '../records/cancelling.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { alreadyFinished, ambiguousSubmission, noSuchSubmission, nothingToCancel, startedByStaff } from './refusals.ts'

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
  if (!(await mayCancel(records, member, submission))) throw startedByStaff(submission.id)
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

/** A team's runs are everybody's in it, but for those that staff began: of those, `actsOn` decides. */
async function mayCancel({ people }: Records, member: Member, submission: Submission): Promise<boolean> {
  const { account, course, team } = submission
  if (account === member.account.id) return true
  const membership = (await people.memberships(account)).find((candidate) => candidate.course === course)
  const role = toRole(membership?.role ?? 'guest')
  const ofTeam = member.team !== undefined && team === member.team
  return (ofTeam && !rightsOf(role).staff) || mayActOn(member, { account, course, role })
}

async function verdictOf(records: Records, { id }: Submission): Promise<string> {
  return (await records.lookup.byId(id))?.verdict ?? 'finished'
}
