import { z } from 'zod'
import { circumstance, invalidForm, violation } from '../api-error.ts'
import { editMessage } from '../messages/edit.ts'
import { ephemeral, loading } from '../messages/flags.ts'
import { postMessage } from '../messages/post.ts'
import { component, type MessageRequest, type Upload } from '../messages/request.ts'
import type { CallbackKind, Choice, Interaction, Message } from '../model.ts'
import { botOf, messageRequestOf } from '../routes/lookup.ts'
import type { World } from '../world.ts'

const callback = z.looseObject({ type: z.number().int(), data: z.unknown().optional() })

/** Discord's numbers for what an interaction can be answered with. */
const kinds: Readonly<Record<number, CallbackKind>> = {
  4: 'message',
  5: 'deferred',
  6: 'deferred-update',
  7: 'update',
  8: 'choices',
  9: 'modal',
}

const allowed: Readonly<Record<Interaction['kind'], readonly CallbackKind[]>> = {
  command: ['message', 'deferred', 'modal'],
  autocomplete: ['choices'],
  component: ['message', 'deferred', 'deferred-update', 'update', 'modal'],
  modal: ['message', 'deferred', 'deferred-update', 'update'],
}

const kindOf = ({ kind, source }: Interaction, type: number): CallbackKind => {
  const found = kinds[type]
  const updates = found === 'update' || found === 'deferred-update'
  if (!found || !allowed[kind].includes(found) || (updates && !source))
    throw invalidForm(['type'], 'INTERACTION_TYPE_INVALID', `Callback type ${type} does not answer this interaction`)
  return found
}

export interface Callback {
  readonly body: unknown
  readonly uploads: readonly Upload[]
}

const emptyRequest = messageRequestOf({})

const isPrivate = (request: MessageRequest): boolean => ((request.flags ?? 0) & ephemeral) !== 0

const reply = (world: World, interaction: Interaction, request: MessageRequest, uploads: readonly Upload[]): Message =>
  postMessage(world, {
    author: botOf(world),
    channel: interaction.channel,
    request,
    uploads,
    interaction,
    ephemeralTo: isPrivate(request) ? interaction.user.id : undefined,
  })

const defer = (world: World, interaction: Interaction, request: MessageRequest): Message => {
  interaction.loading = true
  return postMessage(world, {
    author: botOf(world),
    channel: interaction.channel,
    request: emptyRequest,
    interaction,
    ephemeralTo: isPrivate(request) ? interaction.user.id : undefined,
    flags: loading,
    unchecked: true,
  })
}

const choices = z.looseObject({
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }))
    .max(25),
})

/** Throws where Discord would not show them. */
const choicesOf = (data: unknown): readonly Choice[] => {
  const parsed = choices.safeParse(data)
  if (parsed.success) return parsed.data.choices
  const [issue] = parsed.error.issues
  throw invalidForm(['data', ...(issue?.path ?? []).map(String)], 'BASE_TYPE_BAD_LENGTH', issue?.message ?? '')
}

const form = z.looseObject({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z.array(component).min(1).max(5),
})

const showModal = (world: World, interaction: Interaction, data: unknown): void => {
  const parsed = form.safeParse(data)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalidForm(['data', ...(issue?.path ?? []).map(String)], 'BASE_TYPE_BAD_LENGTH', issue?.message ?? '')
  }
  const { custom_id: customId, title, components } = parsed.data
  world.state.modals.set(interaction.user.id, { customId, title, components, opener: interaction })
}

const apply = (world: World, interaction: Interaction, kind: CallbackKind, given: Callback, data: unknown): void => {
  const { source } = interaction
  if (kind === 'message') interaction.original = reply(world, interaction, messageRequestOf(data ?? {}), given.uploads)
  if (kind === 'deferred') interaction.original = defer(world, interaction, messageRequestOf(data ?? {}))
  if (kind === 'deferred-update') interaction.original = source
  if (kind === 'update' && source)
    interaction.original = editMessage(world, source, messageRequestOf(data ?? {}), given.uploads)
  if (kind === 'choices') world.choices.set(interaction.id, choicesOf(data))
  if (kind === 'modal') showModal(world, interaction, data)
}

/** Answers an interaction, once and in time, or throws what Discord says instead. */
export const answerInteraction = (world: World, interaction: Interaction, given: Callback): void => {
  if (interaction.dead) throw circumstance(404, 10062, 'Unknown interaction')
  if (interaction.callback !== undefined) {
    const text = 'Interaction has already been acknowledged.'
    throw world.gateway.connections() > 1 ? circumstance(400, 40060, text) : violation(400, 40060, text)
  }
  const { data: parsed } = callback.safeParse(given.body)
  if (!parsed) throw invalidForm(['type'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const kind = kindOf(interaction, parsed.type)
  apply(world, interaction, kind, given, parsed.data)
  interaction.callback = kind
  world.waiting.get(interaction.id)?.()
}

/** A follow-up; the first one after a deferred answer takes its place. */
export const followUp = (
  world: World,
  interaction: Interaction,
  request: MessageRequest,
  uploads: readonly Upload[],
): Message => {
  const { original } = interaction
  if (interaction.loading && original) {
    interaction.loading = false
    return editMessage(world, original, request, uploads)
  }
  const message = reply(world, interaction, request, uploads)
  interaction.followups.push(message)
  return message
}
