import { randomBytes } from 'node:crypto'
import type { ApplicationCommandType } from 'discord.js'
import type { Channel, Interaction, InteractionKind, Json, Message, User } from '../model.ts'
import { may } from '../permissions.ts'
import type { World } from '../world.ts'
import { interactionPayload } from './payload.ts'

export interface Opening {
  readonly kind: InteractionKind
  readonly user: User
  readonly channel: Channel
  /** What the journal calls it. */
  readonly subject: string
  readonly data: Json
  readonly commandType?: ApplicationCommandType
  readonly source?: Message | undefined
  readonly opener?: Interaction
}

/** What a person sees of their interaction. */
export interface Opened {
  readonly interaction: Interaction
  /** Milliseconds of the stand-in's clock until it was answered, or until nobody waited any more. */
  readonly ackMs: number
}

const create = ({ state, clock }: World, opening: Opening): Interaction => ({
  id: state.mintId(),
  token: randomBytes(48).toString('base64url'),
  kind: opening.kind,
  user: opening.user,
  channel: opening.channel,
  createdAt: clock.now(),
  commandType: opening.commandType,
  subject: opening.subject,
  source: opening.source,
  opener: opening.opener,
  callback: undefined,
  dead: false,
  loading: false,
  original: undefined,
  followups: [],
})

const expire = (world: World, interaction: Interaction, heard: boolean): void => {
  interaction.dead = true
  if (heard) world.journal.fail('no-ack', interaction.subject, 'nobody answered in time')
}

/** Sends an interaction to the bot; resolves when it is answered, or when its deadline passed. */
export const openInteraction = (world: World, opening: Opening): Promise<Opened> => {
  const { clock, state, gateway, waiting, limits } = world
  const { user, channel } = opening
  if (opening.kind === 'command' && !may(world, user.id, channel, 'UseApplicationCommands'))
    throw new Error(`${user.name} may not use commands in ${channel.name}`)
  const interaction = create(world, opening)
  state.interactions.set(interaction.token, interaction)
  const heard = gateway.connections() > 0
  return new Promise((resolve) => {
    const settle = (): void => {
      stop()
      waiting.delete(interaction.id)
      resolve({ interaction, ackMs: clock.now() - interaction.createdAt })
      world.journal.changed()
    }
    const stop = clock.after(limits.callbackMs, () => {
      expire(world, interaction, heard)
      settle()
    })
    waiting.set(interaction.id, settle)
    gateway.send('INTERACTION_CREATE', interactionPayload(world, interaction, opening.data))
  })
}
