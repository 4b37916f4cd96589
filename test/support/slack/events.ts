import type { Channel } from './model.ts'
import type { Json } from './wire.ts'
import { checkShape, type Workspace } from './workspace.ts'

/** Event subscription → the scope without which the platform does not send it. */
const scopesOf: Readonly<Record<string, string | undefined>> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  file_shared: 'files:read',
  member_joined_channel: 'channels:read',
  app_home_opened: undefined,
}

export const everyEvent: readonly string[] = Object.keys(scopesOf)

/** Names of the recordings, by event type and subtype. */
const recordings: Readonly<Record<string, string>> = {
  app_mention: 'AppMentionPayload',
  message: 'MessagePayload',
  'message/message_changed': 'MessageChangedPayload',
  'message/message_deleted': 'MessageDeletedPayload',
  'message/file_share': 'MessageFileSharePayload',
  file_shared: 'FileSharedPayload',
  member_joined_channel: 'MemberJoinedChannelPayload',
  app_home_opened: 'AppHomeOpenedPayload',
}

const envelopeOf = ({ identity, state, clock }: Workspace, event: Json): Json => ({
  token: 'verification',
  team_id: identity.teamId,
  api_app_id: identity.appId,
  type: 'event_callback',
  event_id: state.mintId('Ev'),
  event_time: Math.floor(clock.now() / 1000),
  event_context: 'context',
  is_ext_shared_channel: false,
  authorizations: [
    {
      enterprise_id: null,
      team_id: identity.teamId,
      user_id: identity.botUserId,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  event,
})

/** Sends an event to a bot that subscribed to it, may have it, and (where there is one) is in the channel. */
export const publish = (workspace: Workspace, subscription: string, event: Json, channel?: Channel): void => {
  const { subscriptions, scopes, identity } = workspace
  const scope = scopesOf[subscription]
  if (!subscriptions.has(subscription) || (scope !== undefined && !scopes.has(scope))) return
  if (channel && !channel.members.has(identity.botUserId)) return
  const body = envelopeOf(workspace, { ...event, event_ts: event.ts ?? workspace.state.mintTs() })
  const name = [event.type, event.subtype].filter((part) => part !== undefined).join('/')
  checkShape(workspace, 'events', recordings[name] ?? name, body)
  void workspace.deliver({ type: 'events_api', name: String(event.type), body, answerable: false })
}

const channelTypes = { public: 'channel', private: 'group', im: 'im' } as const

export const publishMessage = (workspace: Workspace, channel: Channel, message: Json): void => {
  const channel_type = channelTypes[channel.kind]
  const subscription = channel_type === 'im' ? 'message.im' : `message.${channel_type}s`
  publish(workspace, subscription, { ...message, channel: channel.id, channel_type }, channel)
}
