import type { Account, Identity } from '../../core/records/people.ts'
import type { CommandCall } from '../commands/command.ts'
import { nobodyHere } from './refusals.ts'

/**
 * Somebody of the course, by a mention, a username or a mail address. Rejects with a `Refusal` where nobody is meant;
 * who is in the roster and has lost access counts, so that their keys can be ended.
 */
export async function findMentioned({ context, request }: CommandCall, name: string, course: string): Promise<Account> {
  const { people, enrolment } = context.records
  const user = /^<@!?([A-Z0-9]{2,30})(?:\|[^>]*)?>$/.exec(name.trim())?.[1]
  const plain = name.trim().replace(/^@/, '').toLowerCase()
  const [account, another] =
    user === undefined
      ? plain.includes('@')
        ? await enrolment.byEmail([plain])
        : [await people.byUsername(plain)]
      : await mentioned(context.records, { ...request.identity, user })
  if (account === undefined || another !== undefined) throw nobodyHere(name, course)
  const known = (await people.memberships(account.id)).some((one) => one.course === course)
  if (!known && !(await wasEnrolled(context.records, account.id, course))) throw nobodyHere(name, course)
  return account
}

type Records = CommandCall['context']['records']

async function mentioned({ people, enrolment }: Records, identity: Identity): Promise<(Account | undefined)[]> {
  const signedIn = await people.byIdentity(identity)
  if (signedIn !== undefined) return [signedIn]
  const { platform, user } = identity
  return platform === 'slack' || platform === 'discord' ? enrolment.byPlatformId(platform, user) : []
}

async function wasEnrolled({ enrolment }: Records, account: string, course: string): Promise<boolean> {
  return (await enrolment.inCourse(course)).some((one) => one.account === account)
}
