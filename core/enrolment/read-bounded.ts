import { rosterTooLarge } from './refusals.ts'

/** All bytes of a stream, or a `Refusal` as soon as there are more than `limit`; the rest is never read. */
export async function readBounded(stream: AsyncIterable<Buffer | string>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk)
    bytes += piece.length
    if (bytes > limit) throw rosterTooLarge(limit)
    chunks.push(piece)
  }
  return Buffer.concat(chunks)
}
