import { addAbortSignal, Readable } from 'node:stream'
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { AwsClientOptions } from '../aws/client-options.ts'
import { awsFailure } from '../aws/failure.ts'
import { contentDisposition } from './disposition.ts'
import { assertKey } from './key.ts'
import { checkBucket } from './s3-check.ts'
import { unlessMissing } from './s3-missing.ts'
import { uploadTo } from './s3-upload.ts'
import type { Store } from './store.ts'

export interface S3StoreOptions {
  readonly client: AwsClientOptions
  readonly bucket: string
  /** What every key begins with in the bucket, `/` at its end included. */
  readonly prefix?: string
  /** `http://host/bucket/key` instead of `http://bucket.host/key`: for everything that is not AWS itself. */
  readonly forcePathStyle?: boolean
  /** Told by `check` what does not keep the store from working, but should be mended: one sentence each. */
  readonly onWarning?: (sentence: string) => void
}

/** As long as a signature of S3 can be valid. */
const longestLinkSeconds = 7 * 86_400

/**
 * Objects in a bucket, private ones, encrypted as the bucket says. `expiring` ones carry the tag
 * `rai-lifetime=expiring`; a lifecycle rule of the bucket removes what has it, and `check` warns where there is none.
 */
export function createS3Store(options: S3StoreOptions): Store {
  const { bucket: Bucket, prefix = '', onWarning = () => {} } = options
  // Checksums that AWS adds by default break streamed uploads to other implementations.
  const checksums = {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const
  const client = new S3Client({ ...options.client, ...checksums, forcePathStyle: options.forcePathStyle ?? false })

  function place(key: string): { readonly Bucket: string; readonly Key: string } {
    assertKey(key)
    return { Bucket, Key: `${prefix}${key}` }
  }

  return {
    async put(key, body, putOptions) {
      const at = place(key)
      putOptions.signal?.throwIfAborted()
      return await uploadTo(client, at, body, putOptions)
    },

    async get(key, { signal } = {}) {
      const at = place(key)
      const abort = signal && { abortSignal: signal }
      const found = await unlessMissing(client, at, 'get an object', () => client.send(new GetObjectCommand(at), abort))
      if (found === undefined) return undefined
      if (!(found.Body instanceof Readable))
        throw awsFailure('s3', 'get an object', new Error('the answer has no body'))
      return signal ? addAbortSignal(signal, found.Body) : found.Body
    },

    async stat(key) {
      const at = place(key)
      const found = await unlessMissing(client, at, 'look an object up', () => client.send(new HeadObjectCommand(at)))
      return found && { bytes: found.ContentLength ?? 0, contentType: found.ContentType ?? 'application/octet-stream' }
    },

    async delete(key) {
      const at = place(key)
      await unlessMissing(client, at, 'delete an object', () => client.send(new DeleteObjectCommand(at)))
    },

    async link(key, { expiresInSeconds, filename }) {
      const at = { ...place(key), ResponseContentDisposition: contentDisposition(filename) }
      try {
        // A link dies with the session that signed it, whatever it says.
        const { expiration } = await client.config.credentials()
        const signingDate = new Date()
        const sessionSeconds = expiration
          ? (expiration.getTime() - signingDate.getTime()) / 1_000
          : Number.POSITIVE_INFINITY
        const expiresIn = Math.floor(Math.max(1, Math.min(expiresInSeconds, longestLinkSeconds, sessionSeconds)))
        const url = await getSignedUrl(client, new GetObjectCommand(at), { expiresIn, signingDate })
        // Signatures are dated in whole seconds.
        return { url, expiresAt: Math.floor(signingDate.getTime() / 1_000 + expiresIn) * 1_000 }
      } catch (thrown) {
        throw awsFailure('s3', 'sign a link', thrown)
      }
    },

    async check() {
      const warnings = await checkBucket({ client, bucket: Bucket, prefix })
      for (const sentence of warnings) onWarning(sentence)
    },

    async close() {
      client.destroy()
    },
  }
}
