import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { beforeAll, expect, it } from 'vitest'
import { awsClientOptions } from '../../../core/aws/client-options.ts'
import { createS3Store } from '../../../core/store/s3.ts'
import type { PutOptions } from '../../../core/store/store.ts'
import { service } from '../../support/service.ts'
import { createTestBucket } from '../../support/services/radosgw.ts'

const s3 = service('s3')
const kept: PutOptions = { contentType: 'text/plain', lifetime: 'kept' }
let bucket: string

beforeAll(async () => {
  bucket = `rai-${randomUUID()}`
  await createTestBucket(s3, bucket)
})

it('reads and writes in a role, and links no longer than its session', async () => {
  const client = awsClientOptions({ ...s3, stsRole: s3.role, durationSeconds: 900 })
  const store = createS3Store({ client, bucket, forcePathStyle: true })
  await store.put('a', Readable.from(['x']), kept)
  const { expiration } = await client.credentials()
  const { url, expiresAt } = await store.link('a', { expiresInSeconds: 86_400, filename: 'a' })
  expect(expiresAt).toBeLessThanOrEqual(expiration?.getTime() ?? 0)
  expect(expiresAt).toBeGreaterThan(Date.now() + 800_000)
  expect((await fetch(url)).status).toBe(200)
  await store.close()
})

it('may do no more than the session policy allows, though the key could', async () => {
  const readOnly = { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: ['*'] }
  const sessionPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [readOnly] })
  const own = createS3Store({ client: awsClientOptions(s3), bucket, forcePathStyle: true })
  const limited = createS3Store({
    client: awsClientOptions({ ...s3, stsRole: s3.role, sessionPolicy }),
    bucket,
    forcePathStyle: true,
  })
  await own.put('b', Readable.from(['x']), kept)
  expect(await limited.stat('b')).toEqual({ bytes: 1, contentType: 'text/plain' })
  await expect(limited.put('c', Readable.from(['x']), kept)).rejects.toMatchObject({ provider: 's3', retryable: false })
  expect(await own.stat('c')).toBeUndefined()
  await Promise.all([own.close(), limited.close()])
})

it('reports a role that it may not take on as the role, not as the store', async () => {
  const client = awsClientOptions({ ...s3, stsRole: 'arn:aws:iam:::role/of-somebody-else' })
  const store = createS3Store({ client, bucket, forcePathStyle: true })
  await expect(store.check()).rejects.toMatchObject({ name: 'ProviderError', provider: 'sts', retryable: false })
  await store.close()
})
