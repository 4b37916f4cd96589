import type { DeliveryChannel } from '../records/enrolment-deliveries.ts'
import type { RosterPerson } from './roster.ts'

/**
 * How new keys leave. `direct`: a message on Slack or Discord where the roster has the person's id, else mail.
 * `none`: no keys are issued at all.
 */
export type DeliveryWay = 'mail' | 'file' | 'direct' | 'none'

export interface Way {
  readonly channel: DeliveryChannel
  readonly address: string
}

type Addresses = Pick<RosterPerson, 'email' | 'slack' | 'discord' | 'username'>

/** Where somebody's keys go. A file takes what nothing else reaches. */
export function wayTo({ email, slack, discord, username }: Addresses, way: Exclude<DeliveryWay, 'none'>): Way {
  if (way === 'direct' && slack !== undefined) return { channel: 'slack', address: slack }
  if (way === 'direct' && discord !== undefined) return { channel: 'discord', address: discord }
  if (way !== 'file' && email !== undefined) return { channel: 'mail', address: email }
  return { channel: 'file', address: username }
}
