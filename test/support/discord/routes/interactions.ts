import { circumstance } from '../api-error.ts'
import { type Answer, type ApiRequest, nothing, ok, param, type Route, withPathToken } from '../http/route.ts'
import { answerInteraction } from '../interactions/answer.ts'
import { interactionTypes } from '../interactions/payload.ts'
import type { Interaction, Json } from '../model.ts'
import { wireMessage } from '../wire/message.ts'
import type { World } from '../world.ts'

const callbackTypes = { message: 4, deferred: 5, 'deferred-update': 6, update: 7, choices: 8, modal: 9 } as const

const interactionOf = ({ state }: World, request: ApiRequest): Interaction => {
  const interaction = state.interactions.get(param(request, 'interaction_token'))
  if (interaction?.id !== param(request, 'interaction_id')) throw circumstance(404, 10062, 'Unknown interaction')
  return interaction
}

/** What the answer made, for those who ask `with_response`. */
const described = (world: World, interaction: Interaction): Json => {
  const { id, kind, channel, callback, original } = interaction
  const about = original
    ? {
        response_message_id: original.id,
        response_message_loading: interaction.loading,
        response_message_ephemeral: original.ephemeralTo !== undefined,
      }
    : {}
  const resource =
    callback && original ? { type: callbackTypes[callback], message: wireMessage(world, original) } : undefined
  return {
    interaction: {
      id,
      type: interactionTypes[kind],
      channel_id: channel.id,
      ...(channel.guild ? { guild_id: channel.guild.id } : {}),
      ...about,
    },
    ...(resource ? { resource } : {}),
  }
}

const answer = (world: World, request: ApiRequest): Answer => {
  const interaction = interactionOf(world, request)
  answerInteraction(world, interaction, request)
  return request.query.get('with_response') === 'true' ? ok(described(world, interaction)) : nothing
}

export const interactionRoutes: readonly Route[] = [
  withPathToken(
    'create_interaction_response',
    'POST /interactions/{interaction_id}/{interaction_token}/callback',
    answer,
  ),
]
