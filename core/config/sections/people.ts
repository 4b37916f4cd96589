import { z } from 'zod'
import { chatRoles } from '../chat-roles.ts'
import { list } from '../collections.ts'
import { choice, flag, optionalText, path, secret, text } from '../fields.ts'
import { duration, whole } from '../measures.ts'
import { queueName } from '../queue-name.ts'
import { formed, optionalFormed, url } from '../texts.ts'

const prefix = {
  type: 'folders of letters, digits, "-", "_" and ".", with "/" between',
  pattern: /^(?!.*\.\.)[A-Za-z0-9._-]{1,60}(\/[A-Za-z0-9._-]{1,60}){0,3}$/,
}

export const client = z.object({
  upload_bucket: optionalText('Bucket of the store, by its older name. `store.bucket` wins.'),
  upload_destination_directory: formed('Prefix in the store for what students send.', 'userdata', prefix),
  build_destination_directory: optionalText(
    'Prefix in the store for results. Without it, `client.upload_destination_directory`.',
  ),
  build_file: formed('Base name of the build file, without `.yml`.', 'rai_build', {
    type: 'a file name without folders',
    pattern: /^[A-Za-z0-9._-]{1,100}$/,
  }),
  job_queue_name: formed('Queue of a submission that names none.', '{name}_{arch}', queueName),
  submit_requirements: list('Files that every submission must contain.', []),
})

export const auth = z.object({
  provider: choice(
    'Who knows the people: the records, Auth0, or whoever has the app secret.',
    ['database', 'auth0', 'secret'],
    'database',
  ),
  domain: optionalText('Auth0 domain.'),
  client_id: secret('Auth0 client.'),
  client_secret: secret('Secret of the Auth0 client.'),
  connection: text('Auth0 connection that holds the accounts.', 'Username-Password-Authentication'),
  reveal_time: duration('How long the button in a direct message shows new keys.', '7d'),
  direct_message_grace: duration(
    'How long who takes no direct messages has to ask the bot for their keys, before they go by mail or into a file.',
    '1d',
  ),
  code_time: duration('How long an enrolment code works.', '30d'),
})

export const email = z.object({
  provider: choice('How mail leaves. `console` prints it and keeps it in a folder.', ['console', 'mailgun'], 'console'),
  outbox: path('Folder where `console` keeps mail.', '{data_dir}/outbox'),
  domain: optionalText('Mailgun domain.'),
  source: optionalText('Address that mail comes from.'),
  endpoint: url('URL of the Mailgun service; another one for the European region.', 'https://api.mailgun.net'),
  mailgun_active_api_key: secret('Mailgun key for sending.'),
  mailgun_email_validation_key: secret('Mailgun key for checking addresses.'),
})

export const slack = z.object({
  bot_token: secret('Bot token, `xoxb-…`.'),
  app_token: secret('App token for Socket Mode, `xapp-…`.'),
  signing_secret: secret('Signing secret, for events over HTTP.'),
  events: choice(
    'How events come: over a socket that RAI opens, or as signed HTTP requests.',
    ['socket', 'http'],
    'socket',
  ),
  events_host: text('Address where signed requests are taken.', '127.0.0.1'),
  events_port: whole('Port where signed requests are taken, at the path `/slack/events`.', 3000, {
    min: 1,
    max: 65_535,
  }),
  api_url: url('URL of the Slack API.', 'https://slack.com/api/'),
  workspace: optionalText('Workspace (team) this bot serves. Without it, the one the token belongs to.'),
  sign_in_by_email: flag('Sign full members of the workspace in whose confirmed address is in a roster.', true),
  channels: list('Channels where submissions are accepted. Empty: every channel the bot is in.', []),
  staff_channel: optionalFormed('Channel where staff are told what went wrong. RAI has to be in it.', {
    type: 'the id of a channel, such as C0123456789, not its name: the end of the channel’s details in Slack shows it',
    pattern: /^[CG][A-Z0-9]{2,30}$/,
  }),
  roles: chatRoles('user group', 'S0614TZR7=ta'),
})

export const discord = z.object({
  bot_token: secret('Token of the bot.'),
  application_id: optionalText('Application the commands belong to. Without it, the one the token belongs to.'),
  api_url: url('URL of the Discord API.', 'https://discord.com/api'),
  guild: optionalText('Server (guild) this bot serves and shows its commands in. Without it, every one it is in.'),
  channels: list('Channels where submissions are accepted. Empty: every channel the bot is in.', []),
  staff_channel: optionalFormed('Channel where staff are told what went wrong. RAI has to be in it.', {
    type: 'the id of a channel, such as 445566778899001122, not its name: right-click it in Discord, Copy Channel ID',
    pattern: /^\d{15,20}$/,
  }),
  roles: chatRoles('server role, where `discord.guild` is set', '112233445566778899=ta'),
})
