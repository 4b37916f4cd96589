import { addAbortSignal, Readable } from 'node:stream'
import { PutObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { awsFailure } from '../aws/failure.ts'
import type { PutOptions } from './store.ts'

/** What one upload holds in memory, about twice; an object has at most 10,000 parts, so 78 GiB. */
const partBytes = 8 << 20

/** What the bucket's lifecycle rule looks for. */
export const expiringTag = { Key: 'rai-lifetime', Value: 'expiring' } as const

/**
 * Streams an object into its place: in one request when it fits into one part, else in several. When the body fails or
 * the signal aborts, the parts that were sent are removed and it rejects with that reason.
 */
export async function uploadTo(
  client: S3Client,
  at: { readonly Bucket: string; readonly Key: string },
  body: Readable,
  { contentType, lifetime, signal }: PutOptions,
): Promise<{ readonly bytes: number }> {
  // Not by Upload's own abort, which rejects before it has cleaned up: a body that ends makes it clean up first.
  if (signal) addAbortSignal(signal, body)
  const counted = count(body)
  const upload = new Upload({
    client,
    params: {
      ...at,
      Body: counted.stream,
      ContentType: contentType,
      ...(lifetime === 'expiring' && { Tagging: `${expiringTag.Key}=${expiringTag.Value}` }),
    },
    // Several at once would go on reading and sending after one of them failed.
    queueSize: 1,
    partSize: partBytes,
  })
  try {
    await upload.done()
    const bytes = counted.bytes()
    // Ceph 16 forgets the tag of an upload in parts.
    if (lifetime === 'expiring' && bytes >= partBytes) {
      await client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [expiringTag] } }))
    }
    return { bytes }
  } catch (thrown) {
    counted.stream.destroy()
    if (signal?.aborted) throw signal.reason
    throw counted.failure() ?? awsFailure('s3', 'put an object', thrown)
  }
}

/** Passes a body on, counts it, and remembers whether it was the body that failed. */
function count(body: Readable): { stream: Readable; bytes(): number; failure(): unknown } {
  let bytes = 0
  let failure: unknown
  async function* pass(): AsyncGenerator<Buffer> {
    const chunks = body[Symbol.asyncIterator]()
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        failure = error
        throw error
      })
      if (next.done) return
      const piece: Buffer = typeof next.value === 'string' ? Buffer.from(next.value) : next.value
      bytes += piece.length
      yield piece
    }
  }
  const stream = Readable.from(pass(), { objectMode: false })
  stream.once('close', () => body.destroy())
  return { stream, bytes: () => bytes, failure: () => failure }
}
