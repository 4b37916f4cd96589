import type { RepliableInteraction } from 'discord.js'
import type { Answer } from '../commands/request.ts'
import type { Asked, Desk } from './desk.ts'
import { missingIn, whereOf } from './where.ts'

export interface Heard {
  readonly words: readonly string[]
  readonly attachments?: NonNullable<Asked['attachments']>
  readonly submission?: string | undefined
}

/** Asks the desk, with who it was and where. */
export async function askFor(desk: Desk, interaction: RepliableInteraction, heard: Heard): Promise<Answer> {
  const { id, user, channelId, guildId, createdTimestamp, appPermissions } = interaction
  const where = await whereOf(interaction.client, channelId ?? '', guildId)
  desk.noteFileBytes(where.channel, interaction.attachmentSizeLimit)
  const missing = missingIn(appPermissions)
  return desk.ask({ ...where, ...heard, user: user.id, event: id, at: createdTimestamp, missing, ephemeral: true })
}
