import type { Account } from '../core/records/people.ts'
import type { Desk } from './desk.ts'
import { nobodyCalled } from './refusals.ts'

/** By username or mail address. Rejects with a `Refusal` when there is nobody. */
export async function findPerson({ records }: Pick<Desk, 'records'>, name: string): Promise<Account> {
  const wanted = name.trim().replace(/^@/, '')
  const [byEmail] = wanted.includes('@') ? await records.enrolment.byEmail([wanted]) : []
  const account = byEmail ?? (await records.people.byUsername(wanted.toLowerCase()))
  if (account === undefined) throw nobodyCalled(name)
  return account
}
