import { wayTo } from '../core/enrolment/channel.ts'
import { issueShown } from '../core/enrolment/issue.ts'
import type { MailTexts } from '../core/enrolment/mail-fields.ts'
import { profileYaml } from '../core/enrolment/profile.ts'
import { renewKeys } from '../core/enrolment/renew.ts'
import { isUnreached } from '../core/enrolment/tally.ts'
import type { Account } from '../core/records/people.ts'
import type { Desk } from './desk.ts'
import { findPerson } from './find-person.ts'
import { sendMails } from './mails.ts'
import { noAddress, notConfirmed, nothingToResend, secretsAreGone } from './refusals.ts'

export interface RotateCommand {
  readonly name: string
  /** How long the older keys go on working, in milliseconds. */
  readonly overlapMs: number
  /** `show` prints the profile, once. */
  readonly deliver: 'mail' | 'direct' | 'show'
  readonly texts: MailTexts
}

/** New keys for one person; the older ones end after the overlap. */
export async function rotate(desk: Desk, { name, overlapMs, deliver, texts }: RotateCommand): Promise<void> {
  const account = await findPerson(desk, name)
  if (deliver === 'show') return showNewKeys(desk, account, overlapMs)
  await renew(desk, account, { deliver, overlapMs })
  await sendMails(desk, texts)
}

/** Prints a profile with new keys: the only time that the secret one is seen. */
export async function showNewKeys(desk: Desk, account: Account, overlapMs: number): Promise<void> {
  const { records, keys, actor } = desk
  const [membership = { course: desk.course, role: 'student' }] = await records.people.memberships(account.id)
  let shown: ReturnType<typeof issueShown>['pair'] | undefined
  const issue = (expiresAt: number | undefined) => {
    const made = issueShown({ account: account.id, course: membership.course, keys, expiresAt })
    shown = made.pair
    return made.issue
  }
  await records.enrolment.credentials.rotate({ account: account.id, actor, overlapMs, issue })
  if (shown === undefined) throw new Error('a rotation issues keys')
  desk.say(profileYaml({ ...account, role: membership.role, ...teamOf(membership) }, shown).trimEnd())
}

function teamOf({ team }: { readonly team?: string }): { readonly team?: string } {
  return team === undefined ? {} : { team }
}

interface Renewal {
  readonly deliver: 'mail' | 'direct'
  readonly overlapMs: number
}

async function renew({ records, keys, actor, course, reach, say }: Desk, account: Account, options: Renewal) {
  const { deliver, overlapMs } = options
  const { enrolment, people } = records
  const { identities: _signedIn, ...addresses } = await enrolment.addressesOf(account.id)
  const way = wayTo({ ...addresses, username: account.username }, deliver, reach)
  if (way.channel === 'file') throw noAddress(account.username)
  await renewKeys({ enrolment, people, keys, actor, course, account: account.id, overlapMs, way })
  if (way.channel !== 'mail') say(`The bot on ${way.channel} writes to ${account.username} while it runs.`)
}

/** Ends the keys and the sign-ins of each, now. */
export async function revoke(desk: Desk, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { id, username } = await findPerson(desk, name)
    const ended = await desk.records.enrolment.credentials.revoke(id, desk.actor)
    desk.say(`${username} is signed out everywhere; keys ended: ${ended}.`)
  }
}

/** What the original's `getkey` did, and nobody can any more. Always rejects with a `Refusal` that says what helps. */
export async function getKey(desk: Desk, name: string): Promise<never> {
  const { id, username } = await findPerson(desk, name)
  const [newest] = await desk.records.enrolment.credentials.ofAccount(id)
  throw secretsAreGone(username, newest?.accessKey)
}

/** Ends everything somebody may do; their records stay. */
export async function closeAccount(desk: Desk, name: string, { yes }: { readonly yes: boolean }): Promise<void> {
  const { id, username } = await findPerson(desk, name)
  if (!yes && (await desk.confirm(`End every access of ${username}? Their submissions are kept.`)) !== true) {
    throw notConfirmed()
  }
  await desk.records.enrolment.close(id, desk.actor)
  desk.say(`${username} can do nothing any more. Their submissions are kept.`)
}

export interface ResendCommand {
  readonly names: readonly string[]
  /** Everybody in the course whom their keys did not reach. */
  readonly failed: boolean
  readonly deliver: 'mail' | 'direct'
  readonly texts: MailTexts
}

/** New keys: nobody can send the old ones again. The old ones end at once. */
export async function resend(desk: Desk, { names, failed, deliver, texts }: ResendCommand): Promise<void> {
  const status = failed ? await desk.records.enrolment.status(desk.course) : []
  const unreached = status.filter(isUnreached)
  const everybody = [...names, ...unreached.map(({ username }) => username)]
  if (everybody.length === 0 && !failed) throw nothingToResend()
  for (const name of everybody) await renew(desk, await findPerson(desk, name), { deliver, overlapMs: 0 })
  await sendMails(desk, texts)
}
