import type { CredentialKeys } from '../directory/credential-keys.ts'
import type { EnrolmentRecords } from '../records/enrolment.ts'
import type { People } from '../records/people.ts'
import type { Way } from './channel.ts'
import { issueFor } from './issue.ts'

export interface RenewOptions {
  readonly enrolment: EnrolmentRecords
  readonly people: Pick<People, 'memberships'>
  readonly keys: CredentialKeys
  /** Whose keys. */
  readonly account: string
  /** The course of somebody who is in none. */
  readonly course: string
  /** An account's id, or who else did it. */
  readonly actor: string
  /** How long the older keys go on working, in milliseconds. */
  readonly overlapMs: number
  readonly way: Way
}

/** New keys for one person, sealed until they are delivered. Answers the delivery's id. */
export async function renewKeys({ enrolment, people, keys, ...options }: RenewOptions): Promise<string> {
  const { account, actor, overlapMs, way } = options
  const [membership] = await people.memberships(account)
  const place = { account, course: membership?.course ?? options.course, keys }
  let delivery = ''
  const issue = (expiresAt: number | undefined) => {
    const made = issueFor({ ...place, expiresAt }, way)
    delivery = made.delivery?.id ?? ''
    return made
  }
  await enrolment.credentials.rotate({ account, actor, overlapMs, issue })
  return delivery
}
