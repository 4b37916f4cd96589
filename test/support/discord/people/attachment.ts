import { keepFile } from '../messages/files.ts'
import type { Channel, StoredFile } from '../model.ts'
import type { World } from '../world.ts'

/** A file in somebody's hand. */
export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array | string
  readonly contentType?: string
}

/** Uploads as Discord's own client does, which refuses what is too large before it asks the bot anything. */
export const upload = (world: World, channel: Channel, attachment: Attachment, ephemeral = false): StoredFile => {
  const { name, contentType } = attachment
  const bytes = Buffer.from(attachment.bytes)
  const max = channel.guild?.fileBytes ?? world.limits.fileBytes
  if (bytes.length > max) throw new Error(`${name} is larger than ${max} bytes`)
  return keepFile(world, { channelId: channel.id, ephemeral }, { name, contentType, bytes })
}
