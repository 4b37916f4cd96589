import { webApi } from '@slack/bolt'
import { ProviderError } from '../../core/errors.ts'
import { ChatError } from '../chat.ts'

/** The message, its thread or its channel is gone, or the bot may not write there. */
const gone = new Set([
  'message_not_found',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
  'cannot_reply_to_message',
  'user_not_found',
  'user_disabled',
  'cannot_dm_bot',
  'user_not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'messages_tab_disabled',
  'invalid_blocks',
  'invalid_arguments',
  'no_text',
  'metadata_too_large',
])
const tooLarge = new Set([
  'file_upload_size_restricted',
  'file_too_large',
  'storage_limit_reached',
  'over_file_size_limit',
])
const tooLong = new Set(['msg_too_long', 'msg_blocks_too_long'])
/** Nothing works until somebody mends the installation. */
const refusedTokens = new Set([
  'token_revoked',
  'token_expired',
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'not_allowed_token_type',
  'team_disabled',
  'team_access_not_granted',
  'user_removed_from_team',
  'missing_scope',
])
const againWithNewTokenMs = 60_000
/** An answer that was lost, or a moment of Slack's own trouble. */
const soonMs = 2_000

/** What the platform called the failure; `undefined` where it did not answer as a platform does. */
export function slackCode(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined
}

export function isTooLong(error: unknown): boolean {
  return tooLong.has(slackCode(error) ?? '')
}

export function isRefusedToken(error: unknown): boolean {
  return refusedTokens.has(slackCode(error) ?? '')
}

/** Any failure of a call, as threads understand it. */
export function toChatError(error: unknown, doing: string): ChatError {
  if (error instanceof ChatError) return error
  const cause = new ProviderError({ provider: 'slack', operation: doing, retryable: true, cause: error })
  const fail = (failure: ChatError['failure'], retryAfterMs?: number) =>
    new ChatError(failure, cause.message, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  if (error instanceof webApi.WebAPIRateLimitedError) return fail('later', error.retryAfter * 1000)
  const code = slackCode(error) ?? ''
  if (gone.has(code) || tooLong.has(code)) return fail('gone')
  if (tooLarge.has(code)) return fail('too-large')
  return refusedTokens.has(code) ? fail('later', againWithNewTokenMs) : fail('later', soonMs)
}
