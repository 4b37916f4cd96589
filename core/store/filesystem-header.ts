import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'

/**
 * Every file of the store begins with 512 bytes that say what the rest is, so that an object and its description are
 * replaced by one rename. `tail -c +513 FILE` prints the object alone.
 */
export const headerBytes = 512

const headerSchema = z.strictObject({
  version: z.literal(1),
  contentType: z.string().max(200),
  lifetime: z.enum(['expiring', 'kept']),
})
export type Header = z.infer<typeof headerSchema>

/** Throws a `RangeError` for a content type that does not fit. */
export function encodeHeader(header: Omit<Header, 'version'>): Buffer {
  const text = JSON.stringify({ version: 1, contentType: header.contentType, lifetime: header.lifetime })
  if (Buffer.byteLength(text) >= headerBytes) throw new RangeError('the content type is too long')
  return Buffer.from(`${text.padEnd(headerBytes - 1 - (Buffer.byteLength(text) - text.length))}\n`)
}

/** Throws when the file was not written by this store. */
export async function readHeader(handle: FileHandle): Promise<Header> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
  return headerSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)))
}
