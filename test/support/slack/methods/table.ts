import { deleteMethod, getPermalinkMethod, postEphemeralMethod, postMessageMethod, updateMethod } from './chat.ts'
import { historyMethod, infoMethod, membersMethod, openMethod, repliesMethod } from './conversations.ts'
import { completeUploadMethod, deleteFileMethod, fileInfoMethod, getUploadUrlMethod } from './files.ts'
import { authTestMethod, openConnectionMethod, revokeMethod } from './installation.ts'
import type { Method } from './method.ts'
import { groupListMethod, groupUsersMethod, lookupByEmailMethod, userInfoMethod } from './people.ts'
import { appendStreamMethod, startStreamMethod, stopStreamMethod } from './streaming.ts'
import { openViewMethod, publishViewMethod, pushViewMethod, updateViewMethod } from './views.ts'

/** The methods this Slack knows; a call of any other is a failure. */
export const methods: ReadonlyMap<string, Method> = new Map([
  ['apps.connections.open', openConnectionMethod],
  ['auth.test', authTestMethod],
  ['auth.revoke', revokeMethod],
  ['chat.postMessage', postMessageMethod],
  ['chat.update', updateMethod],
  ['chat.delete', deleteMethod],
  ['chat.getPermalink', getPermalinkMethod],
  ['chat.postEphemeral', postEphemeralMethod],
  ['chat.startStream', startStreamMethod],
  ['chat.appendStream', appendStreamMethod],
  ['chat.stopStream', stopStreamMethod],
  ['conversations.history', historyMethod],
  ['conversations.info', infoMethod],
  ['conversations.members', membersMethod],
  ['conversations.open', openMethod],
  ['conversations.replies', repliesMethod],
  ['files.completeUploadExternal', completeUploadMethod],
  ['files.delete', deleteFileMethod],
  ['files.getUploadURLExternal', getUploadUrlMethod],
  ['files.info', fileInfoMethod],
  ['usergroups.list', groupListMethod],
  ['usergroups.users.list', groupUsersMethod],
  ['users.info', userInfoMethod],
  ['users.lookupByEmail', lookupByEmailMethod],
  ['views.open', openViewMethod],
  ['views.publish', publishViewMethod],
  ['views.push', pushViewMethod],
  ['views.update', updateViewMethod],
])

/** Every scope any of them needs, or that an event needs. */
export const everyScope: readonly string[] = [
  ...new Set([...methods.values()].filter((each) => each.token === 'bot').flatMap((each) => each.scopes)),
  'app_mentions:read',
  'commands',
  'users:read',
]
