import type { Member } from '../directory/directory.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { alreadyTaken, notTaken, takingIsForStaff } from './takeover-refusals.ts'

/**
 * From now on the member looks after the thread, and others see it. Again by the same person it changes nothing. Rejects
 * with a `Refusal`: for staff only, and one at a time. The caller has checked that the member may see the submission.
 */
export async function takeOver(records: Records, member: Member, submission: Submission): Promise<void> {
  if (!member.rights.staff) throw takingIsForStaff()
  const { id: account, firstName, username } = member.account
  const name = firstName.trim() === '' ? username : firstName.trim()
  if (!(await records.takeovers.take(submission.id, { account, name }))) {
    throw alreadyTaken((await records.lookup.byId(submission.id))?.holder?.name ?? 'Somebody')
  }
  await records.audit.write({ actor: account, action: 'submission.take', subject: submission.id, detail: {} })
}

/** Nobody in particular looks after it any more. Any of the staff may say so: people fall ill. */
export async function release(records: Records, member: Member, submission: Submission): Promise<void> {
  if (!member.rights.staff) throw takingIsForStaff()
  if (!(await records.takeovers.release(submission.id))) throw notTaken(submission.id)
  const detail = submission.holder === undefined ? {} : { from: submission.holder.account }
  await records.audit.write({ actor: member.account.id, action: 'submission.release', subject: submission.id, detail })
}
