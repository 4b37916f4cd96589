import { openInteraction } from '../interactions/open.ts'
import type { Choice, Json, User } from '../model.ts'
import { may, permissionsIn } from '../permissions.ts'
import { type CommandOption, command } from '../routes/command-checks.ts'
import { wireMessage } from '../wire/message.ts'
import type { World } from '../world.ts'
import { fillIn, type OptionValues, optionTypes } from './options.ts'
import { createOutcome, type Outcome } from './outcome.ts'
import { channelFor, messageFor, type Ref } from './places.ts'

interface Where {
  readonly channel: Ref
}

interface Typing {
  /** The option somebody is typing in, and what they typed so far. */
  readonly focused: string
  readonly typed: string
  /** Options filled in before. */
  readonly options?: OptionValues
}

interface Suggestions {
  readonly acked: boolean
  readonly ackMs: number
  readonly choices: readonly Choice[]
}

export interface Commanding {
  /**
   * Sends a slash command; `sub` is a sub-command (`'submit'`), one in a group (`'team add'`), or undefined. Resolves when
   * it is answered, or was not in time. Throws where Discord's client would not send it.
   */
  slash(name: string, sub: string | undefined, values: OptionValues, where: Where): Promise<Outcome>
  autocomplete(name: string, sub: string | undefined, typing: Typing, where: Where): Promise<Suggestions>
  /** A command of the menu on a message. */
  contextMenu(name: string, message: Ref): Promise<Outcome>
}

interface Found {
  readonly wire: Json
  readonly options: readonly CommandOption[]
}

const findCommand = ({ state }: World, scopes: readonly string[], type: number, name: string): Found => {
  const all = scopes.flatMap((scope) => state.commands.get(scope) ?? [])
  const wire = all.find((each) => each.name === name && each.type === type)
  if (!wire) throw new Error(`no such command is registered: ${name} (${all.map((each) => each.name).join(', ')})`)
  return { wire, options: command.parse(wire).options ?? [] }
}

/** Goes down from a command to its sub-command; `wrap` puts the options back where they belong. */
const descend = (options: readonly CommandOption[], path: readonly string[]) => {
  let inner = options
  let wrap = (filled: readonly Json[]): readonly Json[] => filled
  for (const name of path) {
    const next = inner.find((option) => option.name === name && option.type <= optionTypes.group)
    if (!next) throw new Error(`there is no sub-command ${name}`)
    const outer = wrap
    wrap = (filled) => outer([{ name, type: next.type, options: filled }])
    inner = next.options ?? []
  }
  if (inner.some(({ type }) => type <= optionTypes.group)) throw new Error('a sub-command is needed')
  return { options: inner, wrap }
}

const scopesOf = (guildId: string | undefined): readonly string[] =>
  guildId === undefined ? ['global'] : [guildId, 'global']

const checkMayUse = (world: World, user: User, channel: ReturnType<typeof channelFor>, { wire }: Found): void => {
  const { default_member_permissions: needed } = wire
  if (typeof needed !== 'string') return
  const has = permissionsIn(world, user.id, channel)
  if ((has & BigInt(needed)) !== BigInt(needed) && !may(world, user.id, channel, 'Administrator'))
    throw new Error(`${user.name} does not see this command`)
}

const dataOf = ({ wire }: Found, guildId: string | undefined): Json => ({
  id: wire.id,
  name: wire.name,
  type: wire.type,
  ...(wire.guild_id === undefined || guildId === undefined ? {} : { guild_id: guildId }),
})

export const createCommanding = (world: World, user: User): Commanding => {
  const prepare = (name: string, sub: string | undefined, where: Where) => {
    const channel = channelFor(world, user, where.channel)
    const found = findCommand(world, scopesOf(channel.guild?.id), 1, name)
    checkMayUse(world, user, channel, found)
    return { channel, found, ...descend(found.options, sub === undefined ? [] : sub.split(' ')) }
  }
  return {
    async slash(name, sub, values, where) {
      const { channel, found, options, wrap } = prepare(name, sub, where)
      const { options: filled, resolved } = fillIn(world, channel, options, values)
      const data = { ...dataOf(found, channel.guild?.id), options: wrap(filled), resolved }
      const subject = `/${name} ${sub ?? ''}`.trim()
      return createOutcome(
        world,
        await openInteraction(world, { kind: 'command', commandType: 1, user, channel, subject, data }),
      )
    },
    async autocomplete(name, sub, { focused, typed, options: values = {} }, where) {
      const { channel, found, options, wrap } = prepare(name, sub, where)
      if (!options.find((option) => option.name === focused)?.autocomplete)
        throw new Error(`${focused} is not autocompleted`)
      const { options: filled } = fillIn(world, channel, options, { ...values, [focused]: typed }, true)
      const marked = filled.map((option) => (option.name === focused ? { ...option, focused: true } : option))
      const data = { ...dataOf(found, channel.guild?.id), options: wrap(marked) }
      const opening = { kind: 'autocomplete', user, channel, subject: `/${name} autocomplete`, data } as const
      const { interaction, ackMs } = await openInteraction(world, opening)
      const choices = world.choices.get(interaction.id) ?? []
      return { acked: interaction.callback !== undefined, ackMs, choices }
    },
    async contextMenu(name, ref) {
      const message = messageFor(world, user, ref)
      const channel = channelFor(world, user, message.channelId)
      const found = findCommand(world, scopesOf(channel.guild?.id), 3, name)
      const resolved = { messages: { [message.id]: wireMessage(world, message) } }
      const data = { ...dataOf(found, channel.guild?.id), target_id: message.id, resolved }
      const opening = { kind: 'command', commandType: 3, user, channel, subject: name, data, source: message } as const
      return createOutcome(world, await openInteraction(world, opening))
    },
  }
}
