import { openInteraction } from '../interactions/open.ts'
import type { Channel, Component, Json, Message, User } from '../model.ts'
import { everyComponent, kinds } from '../wire/components.ts'
import type { World } from '../world.ts'
import { checkChoice, type Entries, fillInForm } from './forms.ts'
import { createOutcome, type Outcome } from './outcome.ts'
import { channelFor, messageFor, type Ref } from './places.ts'

export interface Pressing {
  /** Presses a button this person can see, by its whole `custom_id`. */
  click(message: Ref, customId: string): Promise<Outcome>
  /** A press of a button that the message does not have, as somebody makes it up. */
  forge(message: Ref, customId: string): Promise<Outcome>
  /** Chooses in a select. */
  choose(message: Ref, customId: string, values: readonly string[]): Promise<Outcome>
  /** Fills in the form in front of this person, by `custom_id`, and submits it. */
  modal(entries: Entries): Promise<Outcome>
  closeModal(): void
}

const pressable = (components: readonly Component[], customId: string): Component => {
  const all = everyComponent(components).filter(({ custom_id }) => custom_id !== undefined)
  const found = all.find(({ custom_id }) => custom_id === customId)
  if (!found) throw new Error(`nothing is called ${customId}: ${all.map(({ custom_id }) => custom_id).join(', ')}`)
  if (found.disabled === true) throw new Error(`${customId} is disabled`)
  return found
}

export const createPressing = (world: World, user: User): Pressing => {
  const send = async (source: Message, channel: Channel, data: Json): Promise<Outcome> => {
    const opening = { kind: 'component', user, channel, subject: `press ${data.custom_id}`, data, source } as const
    return createOutcome(world, await openInteraction(world, opening))
  }
  const press = async (ref: Ref, customId: string, values?: readonly string[]): Promise<Outcome> => {
    const source = messageFor(world, user, ref)
    const channel = channelFor(world, user, source.channelId)
    const target = pressable(source.components, customId)
    const { type } = target
    if ((type === kinds.button) !== (values === undefined)) throw new Error(`${customId} is not that kind of thing`)
    if (values) checkChoice(target, values)
    return send(source, channel, { component_type: type, custom_id: customId, ...(values ? { values } : {}) })
  }
  return {
    click: (message, customId) => press(message, customId),
    async forge(ref, customId) {
      const source = messageFor(world, user, ref)
      const data = { component_type: kinds.button, custom_id: customId }
      return send(source, channelFor(world, user, source.channelId), data)
    },
    choose: press,
    async modal(entries) {
      const form = world.state.modals.get(user.id)
      if (!form) throw new Error(`${user.name} has no form open`)
      const { opener, customId } = form
      const { components, resolved } = fillInForm(world, opener.channel, form.components, entries)
      world.state.modals.delete(user.id)
      const data = { custom_id: customId, components, resolved }
      const about = {
        subject: `form ${customId}`,
        data,
        source: opener.kind === 'component' ? opener.source : undefined,
      }
      const opened = await openInteraction(world, { kind: 'modal', user, channel: opener.channel, opener, ...about })
      return createOutcome(world, opened)
    },
    closeModal: () => void world.state.modals.delete(user.id),
  }
}
