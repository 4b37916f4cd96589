import type { Channel, Message, User, View } from './model.ts'
import type { ReplyPlace } from './tickets.ts'
import { type Json, wireMessage, wireView } from './wire.ts'
import { checkShape, type Envelope, type Workspace } from './workspace.ts'

/** What the platform sends when a person does something that waits for an answer. */

const common = ({ identity }: Workspace, user: User): Json => ({
  token: 'verification',
  api_app_id: identity.appId,
  team: { id: identity.teamId, domain: identity.teamDomain },
  user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
  enterprise: null,
  is_enterprise_install: false,
})

const interactive = (workspace: Workspace, recording: string, body: Json): Envelope => {
  checkShape(workspace, 'app-backend', recording, body)
  return { type: 'interactive', name: String(body.type), body, answerable: true }
}

export const slashCommand = (
  workspace: Workspace,
  user: User,
  channel: Channel,
  command: string,
  text: string,
): Envelope => {
  const { identity, tickets } = workspace
  const body = {
    token: 'verification',
    team_id: identity.teamId,
    team_domain: identity.teamDomain,
    channel_id: channel.id,
    channel_name: channel.kind === 'public' ? channel.name : channel.kind === 'im' ? 'directmessage' : 'privategroup',
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: identity.appId,
    is_enterprise_install: false,
    response_url: tickets.responseUrl({ user: user.id, channel: channel.id }),
    trigger_id: tickets.trigger(user.id),
  }
  checkShape(workspace, 'app-backend', 'SlashCommandPayload', body)
  return { type: 'slash_commands', name: command, body, answerable: true }
}

/** A press or a choice; `action` carries what is particular to its kind of element. */
const blockActions = (workspace: Workspace, user: User, action: Json, place: Json): Envelope =>
  interactive(workspace, 'BlockActionPayload', {
    type: 'block_actions',
    ...common(workspace, user),
    trigger_id: workspace.tickets.trigger(user.id),
    actions: [{ ...action, action_ts: workspace.state.mintTs() }],
    ...place,
  })

export const messageAction = (workspace: Workspace, user: User, message: Message, action: Json): Envelope => {
  const { channel, ts, thread_ts, ephemeralTo } = message
  const thread = thread_ts === undefined ? {} : { thread_ts }
  const place: ReplyPlace = { user: user.id, channel, original: ts }
  const is_ephemeral = ephemeralTo !== undefined
  return blockActions(workspace, user, action, {
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral, ...thread },
    channel: { id: channel, name: workspace.state.channels.get(channel)?.name ?? '' },
    ...(is_ephemeral ? {} : { message: wireMessage(message, workspace) }),
    state: { values: {} },
    response_url: workspace.tickets.responseUrl(place),
  })
}

export const viewAction = (workspace: Workspace, user: User, view: View, action: Json, values: Json): Envelope =>
  blockActions(workspace, user, action, {
    container: { type: 'view', view_id: view.id },
    view: wireView(view, workspace, values),
  })

export const messageShortcut = (workspace: Workspace, user: User, callbackId: string, message: Message): Envelope => {
  const { channel, ts } = message
  const { api_app_id: _, ...rest } = common(workspace, user)
  return interactive(workspace, 'MessageShortcutPayload', {
    type: 'message_action',
    callback_id: callbackId,
    ...rest,
    user: { id: user.id, name: user.name, team_id: user.teamId },
    trigger_id: workspace.tickets.trigger(user.id),
    response_url: workspace.tickets.responseUrl({ user: user.id, channel }),
    action_ts: workspace.state.mintTs(),
    message_ts: ts,
    channel: { id: channel, name: workspace.state.channels.get(channel)?.name ?? '' },
    message: wireMessage(message, workspace),
  })
}

export const globalShortcut = (workspace: Workspace, user: User, callbackId: string): Envelope =>
  interactive(workspace, 'GlobalShortcutPayload', {
    type: 'shortcut',
    callback_id: callbackId,
    ...common(workspace, user),
    trigger_id: workspace.tickets.trigger(user.id),
    action_ts: workspace.state.mintTs(),
  })

export const viewSubmission = (workspace: Workspace, user: User, view: View, values: Json): Envelope =>
  interactive(workspace, 'ViewSubmissionPayload', {
    type: 'view_submission',
    ...common(workspace, user),
    trigger_id: workspace.tickets.trigger(user.id),
    view: wireView(view, workspace, values),
  })

export const viewClosed = (workspace: Workspace, user: User, view: View): Envelope =>
  interactive(workspace, 'ViewClosedPayload', {
    type: 'view_closed',
    ...common(workspace, user),
    view: wireView(view, workspace),
    is_cleared: false,
  })
