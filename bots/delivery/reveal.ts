import { openSealed } from '../../core/directory/credential-keys.ts'
import { profileYaml } from '../../core/enrolment/profile.ts'
import type { Revealed, Viewer } from '../../core/records/enrolment-reveals.ts'
import { type Card, plainCard } from '../card.ts'
import type { CommandContext, CommandRequest } from '../commands/request.ts'
import { plainLine } from '../render/clean.ts'
import { clock } from '../wording.ts'
import type { KeysDesk } from './desk.ts'
import { keysGone, keysNotYours, keysRevealed } from './refusals.ts'

/** Whom somebody is in the chat, for the records. */
export async function viewerOf(
  { directory }: Pick<CommandContext, 'directory'>,
  request: CommandRequest,
): Promise<Viewer> {
  const account = await directory.identify(request.identity)
  return { identity: request.identity, ...(account === undefined ? {} : { account: account.id }) }
}

/**
 * Shows the keys of one delivery to their owner, and wipes them. Rejects with a `Refusal` where there is nothing to
 * show to this person. Whoever proves by the message that they are the owner is signed in.
 */
export async function revealKeys(
  context: CommandContext,
  { keys }: KeysDesk,
  request: CommandRequest,
  id: string,
): Promise<Card> {
  const viewer = await viewerOf(context, request)
  const { reveals } = context.records.enrolment.deliveries
  const shown = await reveals.reveal({ ...viewer, id, open: (sealed) => openSealed(sealed, id, keys) })
  if (shown.kind === 'not-theirs') throw keysNotYours()
  if (shown.kind === 'gone') {
    throw shown.revealedAt === undefined ? keysGone(shown.state) : keysRevealed(shown.revealedAt)
  }
  context.poke()
  const signedIn = viewer.account === undefined && (await signIn(context, request, shown.account))
  return keysCard(await profileOf(context, shown), shown, signedIn)
}

type Shown = Extract<Revealed, { kind: 'revealed' }>

async function signIn(context: CommandContext, { identity }: CommandRequest, account: string): Promise<boolean> {
  const { platform, workspace, user } = identity
  await context.records.people.link(identity, account)
  await context.records.audit.write({
    ...{ actor: account, action: 'identity.link', subject: `${platform}:${workspace}:${user}` },
    detail: { account, by: 'reveal' },
  })
  context.logger.info({ ...identity, account, by: 'reveal' }, 'signed in')
  return true
}

async function profileOf({ records }: CommandContext, { account, course, ...pair }: Shown): Promise<string> {
  const person = await records.people.byId(account)
  const memberships = await records.people.memberships(account)
  const membership = memberships.find((one) => one.course === course) ?? { role: 'student' }
  if (person === undefined) throw new Error(`the owner of keys is gone: ${account}`)
  const team = 'team' in membership && membership.team !== undefined ? { team: membership.team } : {}
  return profileYaml({ ...person, role: membership.role, ...team }, pair)
}

/** In a code block, because a chat's markup would eat underscores of the secret. */
function keysCard(profile: string, { course, accessKey, secretKey, expiresAt }: Shown, signedIn: boolean): Card {
  const ends = expiresAt === undefined ? [] : [`They work until ${clock(expiresAt)}.`]
  const known = signedIn ? 'You are signed in here already. ' : ''
  const text = [
    `${known}Keep the lines from “profile:” on as .rai_profile in your home folder if you also work from a shell.`,
    'Nobody can show the secret key again: copy it now, and share it with nobody. `/rai key rotate` makes new keys.',
    ...ends,
  ]
  const tail = [`access key  ${accessKey}`, `secret key  ${secretKey}`, '', ...profile.trimEnd().split('\n')]
  return { ...plainCard(`Your keys for ${plainLine(course, 60)}`, text, 'good'), tail }
}
