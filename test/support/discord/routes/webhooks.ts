import { unknownMessage, violation } from '../api-error.ts'
import { publishDeletion } from '../events.ts'
import { type Answer, type ApiRequest, nothing, ok, param, type Route, withPathToken } from '../http/route.ts'
import { followUp } from '../interactions/answer.ts'
import { editMessage } from '../messages/edit.ts'
import type { Interaction, Message } from '../model.ts'
import { wireMessage } from '../wire/message.ts'
import type { World } from '../world.ts'
import { messageRequestOf } from './lookup.ts'

/** The answered interaction whose token the path carries; it works for a quarter of an hour. */
const interactionOf = ({ state, clock, limits, identity }: World, request: ApiRequest): Interaction => {
  const interaction = state.interactions.get(param(request, 'webhook_token'))
  if (!interaction?.callback || param(request, 'webhook_id') !== identity.applicationId)
    throw violation(404, 10015, 'Unknown Webhook')
  if (clock.now() - interaction.createdAt > limits.tokenMs) throw violation(401, 50027, 'Invalid Webhook Token')
  return interaction
}

const isThere = ({ state }: World, message: Message | undefined): message is Message =>
  message !== undefined && state.messages.has(message.id)

const messageOf = (world: World, request: ApiRequest): Message => {
  const { original, followups } = interactionOf(world, request)
  const id = request.params.message_id
  const found = id === undefined ? original : [original, ...followups].find((message) => message?.id === id)
  if (!isThere(world, found)) throw unknownMessage()
  return found
}

const execute = (world: World, request: ApiRequest): Answer => {
  const interaction = interactionOf(world, request)
  return ok(wireMessage(world, followUp(world, interaction, messageRequestOf(request.body), request.uploads)))
}

const get = (world: World, request: ApiRequest): Answer => ok(wireMessage(world, messageOf(world, request)))

const update = (world: World, request: ApiRequest): Answer => {
  const interaction = interactionOf(world, request)
  const message = messageOf(world, request)
  const edited = editMessage(world, message, messageRequestOf(request.body), request.uploads)
  if (message === interaction.original) interaction.loading = false
  return ok(wireMessage(world, edited))
}

const remove = (world: World, request: ApiRequest): Answer => {
  const message = messageOf(world, request)
  world.state.messages.delete(message.id)
  if (message.ephemeralTo === undefined) publishDeletion(world, message)
  world.journal.changed()
  return nothing
}

const place = '/webhooks/{webhook_id}/{webhook_token}'

export const webhookRoutes: readonly Route[] = [
  withPathToken('execute_webhook', `POST ${place}`, execute),
  withPathToken('get_original_webhook_message', `GET ${place}/messages/@original`, get),
  withPathToken('update_original_webhook_message', `PATCH ${place}/messages/@original`, update),
  withPathToken('delete_original_webhook_message', `DELETE ${place}/messages/@original`, remove),
  withPathToken('get_webhook_message', `GET ${place}/messages/{message_id}`, get),
  withPathToken('update_webhook_message', `PATCH ${place}/messages/{message_id}`, update),
  withPathToken('delete_webhook_message', `DELETE ${place}/messages/{message_id}`, remove),
]
