import { ApiError } from '../api-error.ts'
import type { User } from '../model.ts'
import { slashCommand } from '../payloads.ts'
import { showAnswer } from '../response-url.ts'
import type { Json } from '../wire.ts'
import type { Receipt, Workspace } from '../workspace.ts'
import { channelOf } from './talking.ts'

interface SlashOutcome extends Receipt {
  /** The text that came with the acknowledgement, if it showed one to this person only. */
  readonly ephemeral: string | undefined
  readonly triggerId: string
  readonly responseUrl: string
}

export interface Commanding {
  /**
   * Sends a slash command and resolves when it is acknowledged, or was not within the time. What comes later by
   * `response_url` shows in `ephemerals()`. There is no way to send one in a thread, as in Slack.
   */
  slash(command: string, text: string, place: { readonly channel: string }): Promise<SlashOutcome>
}

const show = (workspace: Workspace, user: User, channel: string, command: string, response: Json): void => {
  if (Object.keys(response).length === 0) return
  try {
    showAnswer(workspace, { user: user.id, channel }, response)
  } catch (error) {
    workspace.journal.fail('bad-ack', command, error instanceof ApiError ? error.message : String(error))
  }
}

const privateText = ({ response_type = 'ephemeral', text }: Json): string | undefined =>
  response_type === 'ephemeral' && typeof text === 'string' ? text : undefined

export const createCommanding = (workspace: Workspace, user: User): Commanding => ({
  async slash(command, text, { channel: id }) {
    if (!workspace.commands.has(command)) throw new Error(`the app has no command ${command}`)
    const envelope = slashCommand(workspace, user, channelOf(workspace, id), command, text)
    const receipt = await workspace.deliver(envelope)
    show(workspace, user, id, command, receipt.response)
    const { trigger_id, response_url } = envelope.body
    const ephemeral = privateText(receipt.response)
    return { ...receipt, ephemeral, triggerId: String(trigger_id), responseUrl: String(response_url) }
  },
})
