import type { Identity } from '../core/records/people.ts'
import type { Place } from '../core/records/submission.ts'
import type { Platform } from '../core/vocabulary.ts'

/**
 * The direct messages between a person and the bot: `@` and the person. A transport that is given such a place opens them; one that
 * receives a command in direct messages names it so.
 */
export function directMessages(platform: Platform, { workspace, user }: Pick<Identity, 'workspace' | 'user'>): Place {
  return { platform, workspace, channel: `@${user}` }
}

export function areDirectMessages({ channel }: Place): boolean {
  return channel.startsWith('@')
}
