import { commandNames } from '../commands/table.ts'
import { submitShortcut } from './shortcuts.ts'
import { slashCommand } from './slash.ts'

/** What each method that we call needs. Some need the scope of the kind of conversation, so all kinds are asked for. */
export const scopesOfMethods = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
} as const

/** What Slack tells us of, and what that needs. Messages in channels are not among them: only mentions are. */
export const scopesOfEvents = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.im': ['im:history'],
} as const

const scopes: readonly string[] = [
  ...new Set([...Object.values(scopesOfMethods).flat(), ...Object.values(scopesOfEvents).flat(), 'commands']),
].sort()

/** The app as Slack's "From a manifest" wants it. */
export const manifest = {
  display_information: {
    name: 'RAI',
    description: 'Runs your course submissions and shows how they go',
    background_color: '#1b3a4b',
  },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'RAI', always_online: true },
    shortcuts: [
      {
        name: submitShortcut.name,
        type: 'message',
        callback_id: submitShortcut.callbackId,
        description: 'Runs the archive or the repository in this message',
      },
    ],
    slash_commands: [
      {
        command: slashCommand,
        description: 'Submit to your course, and see how it goes',
        usage_hint: commandNames.join(' | '),
        should_escape: false,
      },
    ],
  },
  oauth_config: { scopes: { bot: scopes } },
  settings: {
    event_subscriptions: { bot_events: Object.keys(scopesOfEvents).sort() },
    interactivity: { is_enabled: true },
    org_deploy_enabled: false,
    socket_mode_enabled: true,
    token_rotation_enabled: false,
  },
}
