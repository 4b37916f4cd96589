import type { Channel, Message, User } from '../model.ts'
import { may } from '../permissions.ts'
import type { World } from '../world.ts'

/** Something with an id, or the id itself. */
export type Ref = string | { readonly id: string }

export const idOf = (ref: Ref): string => (typeof ref === 'string' ? ref : ref.id)

/** The channel or thread, which this person has to see; anything else is a test's mistake. */
export const channelFor = (world: World, user: User, ref: Ref): Channel => {
  const channel = world.state.channels.get(idOf(ref))
  if (!channel) throw new Error(`there is no channel ${idOf(ref)}`)
  const sees = channel.guild ? may(world, user.id, channel, 'ViewChannel') : channel.recipient?.id === user.id
  if (!sees) throw new Error(`${user.name} cannot see ${channel.name || 'that conversation'}`)
  return channel
}

/** The message as it is now, which this person has to see. */
export const messageFor = (world: World, user: User, ref: Ref): Message => {
  const message = world.state.messages.get(idOf(ref))
  if (!message || (message.ephemeralTo !== undefined && message.ephemeralTo !== user.id))
    throw new Error(`${user.name} sees no message ${idOf(ref)}`)
  channelFor(world, user, message.channelId)
  return message
}
