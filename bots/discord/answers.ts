import { MessageFlags, type RepliableInteraction } from 'discord.js'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Answer } from '../commands/request.ts'
import type { Desk } from './desk.ts'
import { codes, discordCode } from './failure.ts'
import { messageOf } from './look.ts'

/**
 * Says that it was heard, to the person alone, before anything else is done. Answers whether that reached Discord:
 * another process may have been faster, or we were too slow; in neither case is there work for us.
 */
export async function acknowledge(desk: Desk, interaction: RepliableInteraction): Promise<boolean> {
  try {
    await desk.first(() => interaction.deferReply({ flags: MessageFlags.Ephemeral }))
    return true
  } catch (error) {
    const code = discordCode(error)
    const { logger } = desk.context
    if (code === codes.alreadyAcknowledged) logger.debug('another process answers this interaction')
    else logger.warn({ err: describeError(error), interaction: interaction.id }, 'could not acknowledge in time')
    return false
  }
}

/** Fills in the acknowledgement. It is the only use of an interaction's token, seconds after it was given. */
export async function answer(interaction: RepliableInteraction, { card }: Answer): Promise<void> {
  const { components, flags } = messageOf(card)
  await interaction.editReply({ components, flags, allowedMentions: { parse: [] } })
}

export async function whisper(interaction: RepliableInteraction, { card }: Answer): Promise<void> {
  const { components, flags } = messageOf(card)
  await interaction.followUp({ components, flags: flags | MessageFlags.Ephemeral, allowedMentions: { parse: [] } })
}
