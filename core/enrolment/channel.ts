import type { DeliveryChannel } from '../records/enrolment-claims.ts'
import type { RosterPerson } from './roster.ts'

/**
 * How new keys leave. `direct`: a message on Slack or Discord, where the roster has the person's id or Slack knows their
 * address, else mail. `codes`: they wait for whoever types the person's enrolment code. `none`: no keys are issued at all.
 */
export type DeliveryWay = 'mail' | 'file' | 'direct' | 'codes' | 'none'

/** The chats in which a bot of this installation can write to people. */
export interface Reach {
  readonly slack: boolean
  readonly discord: boolean
}

export interface Way {
  readonly channel: DeliveryChannel
  readonly address: string
  /** What goes by mail is mailed by a bot. */
  readonly byBot?: boolean
}

export type Addresses = Partial<Pick<RosterPerson, 'email' | 'slack' | 'discord'>> & Pick<RosterPerson, 'username'>

/** Where somebody's keys go. A file takes what nothing else reaches. */
export function wayTo(person: Addresses, way: Exclude<DeliveryWay, 'none'>, reach: Reach = nowhere): Way {
  const { email, username } = person
  if (way === 'codes') return { channel: 'chat', address: username }
  if (way === 'direct') {
    const direct = directWay(person, reach)
    if (direct !== undefined) return direct
  }
  if (way !== 'file' && email !== undefined) return { channel: 'mail', address: email }
  return { channel: 'file', address: username }
}

const nowhere: Reach = { slack: false, discord: false }

function directWay({ email, slack, discord }: Addresses, reach: Reach): Way | undefined {
  if (reach.slack && slack !== undefined) return { channel: 'slack', address: slack }
  if (reach.discord && discord !== undefined) return { channel: 'discord', address: discord }
  // Where Slack knows nobody of that address, the bot sends it on by mail.
  if (reach.slack && email !== undefined) return { channel: 'slack', address: email }
  return undefined
}
