import type { Logger } from '../core/logger/logger.ts'
import type { Audit } from '../core/records/audit.ts'
import type { Account, Identity, People } from '../core/records/people.ts'
import { type Card, plainCard } from './card.ts'
import { plainLine } from './render/clean.ts'

/** What the audit knows somebody in a chat by. */
export function subjectOf({ platform, workspace, user }: Identity): string {
  return `${platform}:${workspace}:${user}`
}

export interface Linking {
  readonly people: Pick<People, 'link'>
  readonly audit: Audit
  readonly logger: Logger
}

export interface Link {
  readonly identity: Identity
  /** The account's id. */
  readonly account: string
  /** Who did it: the account itself where it brought a secret. */
  readonly actor: string
  /** How the account was found. */
  readonly by: string
}

/** From now on somebody in a chat is this account. */
export async function linkIdentity({ people, audit, logger }: Linking, link: Link): Promise<void> {
  const { identity, account, actor, by } = link
  const detail = { account, by }
  await people.link(identity, account)
  await audit.write({ actor, action: 'identity.link', subject: subjectOf(identity), detail })
  logger.info({ ...identity, ...detail }, 'signed in')
}

/** From now on somebody in a chat is nobody. */
export async function unlinkIdentity(
  { people, audit }: { readonly people: Pick<People, 'unlink'>; readonly audit: Audit },
  identity: Identity,
  { id }: Account,
): Promise<void> {
  await people.unlink(identity)
  await audit.write({ actor: id, action: 'identity.unlink', subject: subjectOf(identity), detail: { account: id } })
}

/** @param where `here`, `in this workspace`, … */
export function signedInCard(username: string, where: string): Card {
  const text = [`From now on RAI knows you ${where}. \`/rai logout\` ends that.`]
  return plainCard(`Signed in as ${plainLine(username, 60)}`, text, 'good')
}

/** @param was whether there was anybody to sign out */
export function signedOutCard(was: boolean): Card {
  if (!was) return plainCard('You were not signed in')
  const text = ['Your submissions stay, and what runs goes on. `/rai login` signs you in again.']
  return plainCard('You are signed out', text)
}
