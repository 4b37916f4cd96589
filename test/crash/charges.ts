import { expect } from 'vitest'
import type { Submission } from '../../core/records/submission.ts'
import type { Theatre } from './theatre.ts'

/** Every submission of a schedule is for it, so that quotas count them. */
export const assignment = 'lab1'

/** Ends of an attempt that cost nobody anything. */
const ours = ['handed-back', 'lease-lost', 'retried']

/**
 * What failed is charged to nobody. Read from the rows themselves: whatever happened on the way, one attempt of each
 * submission is the student's, it is the last one, and a quota counts one submission, however many attempts it took.
 */
export async function expectNoCharge(theatre: Theatre, submissions: readonly Submission[]): Promise<void> {
  for (const { id, attempt } of submissions) {
    const rows = await attemptsOf(theatre, id)
    const told = JSON.stringify(rows)
    expect(
      rows.map(({ number }) => number),
      told,
    ).toEqual(Array.from({ length: attempt }, (_, index) => index + 1))
    expect(rows.at(-1)?.outcome, told).toBe('succeeded')
    expect(
      rows.slice(0, -1).filter(({ outcome }) => !ours.includes(outcome ?? '')),
      told,
    ).toEqual([])
    expect(
      rows.filter(({ ended_at }) => ended_at === null),
      told,
    ).toEqual([])
  }
  await expectQuota(theatre, submissions)
}

async function expectQuota({ installation, account }: Theatre, submissions: readonly Submission[]): Promise<void> {
  const course = installation.config.app.name.toLowerCase()
  const { waiting, past } = await installation.records.standings.facts({ course, account, assignment })
  expect(waiting).toBe(0)
  const ids = new Set(submissions.map(({ id }) => id))
  const counted = past.map(({ id }) => id).filter((id) => ids.has(id))
  expect(counted.toSorted()).toEqual([...ids].toSorted())
}

function attemptsOf({ installation }: Theatre, id: string) {
  return installation.database.read((session) =>
    session
      .selectFrom('attempt')
      .select(['number', 'outcome', 'reason', 'ended_at'])
      .where('submission', '=', id)
      .orderBy('number')
      .execute(),
  )
}
