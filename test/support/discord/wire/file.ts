import { createHmac } from 'node:crypto'
import type { Json, StoredFile } from '../model.ts'
import type { World } from '../world.ts'

/** The signature of a link: it names the file, its generation and when the link ends. */
export const signLink = ({ identity }: World, file: StoredFile, ends: string): string =>
  createHmac('sha256', identity.cdnKey).update(`${file.id} ${file.generation} ${ends}`).digest('hex')

/** A link that works for a while; every look at the message makes a new one. */
export const linkTo = (world: World, file: StoredFile): string => {
  const { clock, limits, baseUrl } = world
  const hex = (time: number): string => Math.floor(time / 1000).toString(16)
  const ends = hex(clock.now() + limits.linkMs)
  const query = new URLSearchParams({ ex: ends, is: hex(clock.now()), hm: signLink(world, file, ends) })
  const path = `${file.channelId}/${file.id}/${encodeURIComponent(file.name)}`
  return `${baseUrl}/cdn/attachments/${path}?${query}&`
}

export const wireFile = (world: World, file: StoredFile): Json => {
  const url = linkTo(world, file)
  const { id, name, bytes, contentType, ephemeral } = file
  return {
    id,
    filename: name,
    size: bytes.length,
    url,
    proxy_url: url,
    ...(contentType === undefined ? {} : { content_type: contentType }),
    ...(ephemeral ? { ephemeral } : {}),
  }
}
