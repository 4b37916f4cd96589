import type { Channel, Message, SlackFile, User, View } from './model.ts'
import type { Workspace } from './workspace.ts'

/** The JSON the platform sends for what the state holds. */
export type Json = Readonly<Record<string, unknown>>

const wireProfile = ({ identity }: Workspace): Json => ({
  id: identity.botId,
  deleted: false,
  name: identity.botName,
  updated: 1,
  app_id: identity.appId,
  icons: { image_36: '', image_48: '', image_72: '' },
  team_id: identity.teamId,
})

const authorOf = (message: Message, workspace: Workspace): Json => {
  const { appId, botId, teamId } = workspace.identity
  const { user } = message
  const team = workspace.state.users.get(user)?.teamId ?? teamId
  if (!message.byBot) return message.subtype === 'file_share' ? { user } : { user, team }
  const withTeam = message.subtype === 'file_share' ? {} : { team }
  return { user, ...withTeam, bot_id: botId, app_id: appId, bot_profile: wireProfile(workspace) }
}

const parentOf = ({ channel, thread_ts, ts }: Message, { state }: Workspace): Json => {
  if (!thread_ts || thread_ts === ts) return {}
  return { thread_ts, parent_user_id: state.find(channel, thread_ts)?.user }
}

/** A file as a message carries it. */
export const wireFile = (file: SlackFile, { baseUrl, identity }: Workspace): Json => {
  const url = `${baseUrl}/files-pri/${identity.teamId}-${file.id}/${encodeURIComponent(file.name)}`
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: 'application/octet-stream',
    filetype: file.name.split('.').at(-1) ?? 'binary',
    pretty_type: 'Binary',
    user: file.user,
    editable: false,
    size: file.bytes.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: url,
    url_private_download: url,
    permalink: `${baseUrl}/files/${file.user}/${file.id}`,
    has_rich_preview: false,
    file_access: 'visible',
  }
}

/** A file as the files methods tell it: with where it is shared. */
export const wireSharedFile = (file: SlackFile, workspace: Workspace): Json => {
  const inKind = (kind: Channel['kind']): string[] =>
    file.channels.filter((id) => workspace.state.channels.get(id)?.kind === kind)
  const channels = inKind('public')
  const places = { channels, groups: inKind('private'), ims: inKind('im') }
  return { ...wireFile(file, workspace), is_public: channels.length > 0, ...places }
}

/** In a channel shared with another workspace an event tells a file's id, and `files.info` the rest. */
const filesOf = (message: Message, workspace: Workspace): Json => {
  if (message.files.length === 0) return {}
  const withheld = workspace.state.channels.get(message.channel)?.connected === true
  const wire = (file: SlackFile): Json =>
    withheld ? { id: file.id, mode: 'file_access', file_access: 'check_file_info' } : wireFile(file, workspace)
  return { files: message.files.map(wire), upload: false, display_as_bot: false }
}

export const wireMessage = (message: Message, workspace: Workspace): Json => ({
  type: 'message',
  ...(message.subtype ? { subtype: message.subtype } : {}),
  ...authorOf(message, workspace),
  text: message.text,
  ts: message.ts,
  ...parentOf(message, workspace),
  ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
  ...filesOf(message, workspace),
  ...(message.edited ? { edited: message.edited } : {}),
  ...(message.metadata ? { metadata: message.metadata } : {}),
})

export const wireUser = (user: User, { scopes, identity }: Workspace): Json => ({
  id: user.id,
  team_id: user.teamId,
  name: user.name,
  deleted: user.deactivated === true,
  real_name: user.name,
  tz: 'Etc/UTC',
  tz_label: 'UTC',
  tz_offset: 0,
  profile: {
    real_name: user.name,
    display_name: user.name,
    team: user.teamId,
    ...(user.email !== undefined && scopes.has('users:read.email') ? { email: user.email } : {}),
  },
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: user.guest !== undefined,
  is_ultra_restricted: user.guest === 'single',
  is_bot: user.bot === true,
  is_app_user: false,
  updated: 1,
  is_email_confirmed: user.emailConfirmed !== false,
  ...(user.teamId === identity.teamId ? {} : { is_stranger: true }),
})

export const wireChannel = (channel: Channel, { identity, state }: Workspace): Json => {
  const created = Math.floor(channel.created / 1000)
  if (channel.kind === 'im') {
    const user = [...channel.members].find((member) => member !== identity.botUserId)
    return { id: channel.id, created, is_archived: channel.archived, is_im: true, is_org_shared: false, user }
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    created,
    is_archived: channel.archived,
    is_general: false,
    is_shared: channel.connected,
    is_ext_shared: channel.connected,
    is_org_shared: false,
    is_member: channel.members.has(identity.botUserId),
    creator: [...state.users.keys()][0] ?? '',
    num_members: channel.members.size,
  }
}

export const wireView = (view: View, { identity }: Workspace, values: Json = {}): Json => ({
  ...view.definition,
  id: view.id,
  team_id: identity.teamId,
  app_id: identity.appId,
  app_installed_team_id: identity.teamId,
  bot_id: identity.botId,
  type: view.type,
  blocks: view.blocks,
  private_metadata: view.private_metadata,
  callback_id: view.callback_id,
  external_id: view.external_id,
  hash: view.hash,
  root_view_id: view.rootId,
  previous_view_id: view.previousId,
  state: { values },
})
