import { randomBytes, randomUUID } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import {
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { awsClientOptions } from '../../../core/aws/client-options.ts'
import { createS3Store, type S3StoreOptions } from '../../../core/store/s3.ts'
import type { PutOptions, Store } from '../../../core/store/store.ts'
import { describeStore } from '../../contracts/store.ts'
import { service } from '../../support/service.ts'
import { createTestBucket } from '../../support/services/radosgw.ts'

const s3 = service('s3')
const client = awsClientOptions(s3)
const admin = new S3Client({ ...client, forcePathStyle: true })
const opened: Store[] = []
const kept: PutOptions = { contentType: 'text/plain', lifetime: 'kept' }
let bucket: string

beforeAll(async () => {
  bucket = await newBucket()
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

afterAll(() => admin.destroy())

async function newBucket(): Promise<string> {
  const name = `rai-${randomUUID()}`
  await createTestBucket(s3, name)
  return name
}

function open(options: Partial<S3StoreOptions> = {}): Store {
  const store = createS3Store({ client, bucket, forcePathStyle: true, ...options })
  opened.push(store)
  return store
}

async function countUploads(): Promise<number> {
  const { Uploads: uploads = [] } = await admin.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  return uploads.length
}

describeStore('S3', async () => open())
describeStore('S3 under a prefix', async () => open({ prefix: 'course/' }))

describe('an upload of many parts', () => {
  it('leaves no part behind when the body fails', async () => {
    const body = Readable.from(
      (async function* () {
        for (let part = 0; part < 20; part += 1) yield randomBytes(1 << 20)
        throw new Error('the clone broke off')
      })(),
    )
    await expect(open().put('a', body, kept)).rejects.toThrow('the clone broke off')
    expect(await countUploads()).toBe(0)
  })

  it('leaves no part behind when it is aborted while the body stalls', async () => {
    const controller = new AbortController()
    const body = new PassThrough()
    const put = open().put('a', body, { ...kept, signal: controller.signal })
    const failed = expect(put).rejects.toThrow('cancelled')
    body.write(randomBytes(20 << 20))
    await expect.poll(countUploads, { timeout: 10_000 }).toBe(1)
    controller.abort(new Error('cancelled'))
    await failed
    expect(await countUploads()).toBe(0)
    expect(body.destroyed).toBe(true)
  })
})

it('stops reading the body when the bucket refuses it', async () => {
  const body = new PassThrough()
  body.end(randomBytes(1 << 20))
  const failed = open({ bucket: 'rai-no-such-bucket' }).put('a', body, kept)
  await expect(failed).rejects.toMatchObject({ name: 'ProviderError', provider: 's3', retryable: false })
  expect(body.destroyed).toBe(true)
})

it('does not take a missing bucket for a missing object', async () => {
  const store = open({ bucket: 'rai-no-such-bucket' })
  await expect(store.get('a')).rejects.toMatchObject({ name: 'ProviderError' })
})

it('puts keys under its prefix', async () => {
  await open({ prefix: 'deep/er/' }).put('a/b', Readable.from(['x']), kept)
  const { Contents: found = [] } = await admin.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'deep/er/' }))
  expect(found.map(({ Key }) => Key)).toEqual(['deep/er/a/b'])
})

it('tags what expires, and only that', async () => {
  const store = open()
  await store.put('kept', Readable.from(['x']), kept)
  await store.put('small', Readable.from(['x']), { ...kept, lifetime: 'expiring' })
  await store.put('large', Readable.from([randomBytes(9 << 20)]), { ...kept, lifetime: 'expiring' })
  const tags = async (Key: string) => (await admin.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))).TagSet
  expect(await tags('kept')).toEqual([])
  expect(await tags('small')).toEqual([{ Key: 'rai-lifetime', Value: 'expiring' }])
  expect(await tags('large')).toEqual([{ Key: 'rai-lifetime', Value: 'expiring' }])
})

it('gives objects to nobody without a signature', async () => {
  await open().put('private', Readable.from(['x']), kept)
  expect((await fetch(`${s3.endpoint}/${bucket}/private`)).status).toBe(403)
})

it('lets the bucket remove what expires, and keep the rest', async () => {
  const own = await newBucket()
  await addRule(own)
  const store = open({ bucket: own })
  await store.put('kept', Readable.from(['x']), kept)
  await store.put('gone', Readable.from(['x']), { ...kept, lifetime: 'expiring' })
  await expect.poll(() => store.stat('gone'), { timeout: 25_000, interval: 200 }).toBeUndefined()
  expect(await store.stat('kept')).toBeDefined()
})

describe('its check', () => {
  async function warningsOf(name: string): Promise<string[]> {
    const warnings: string[] = []
    await open({ bucket: name, onWarning: (sentence) => warnings.push(sentence) }).check()
    return warnings
  }

  it('warns of a bucket that keeps everything for ever, and not of one that does not', async () => {
    const own = await newBucket()
    expect(await warningsOf(own)).toEqual([expect.stringContaining('add a lifecycle rule')])
    await addRule(own)
    expect(await warningsOf(own)).toEqual([])
  })

  it('warns of a bucket that everybody can read', async () => {
    const own = await newBucket()
    await addRule(own)
    await admin.send(new PutBucketAclCommand({ Bucket: own, ACL: 'public-read' }))
    expect(await warningsOf(own)).toEqual([expect.stringContaining('Everybody can read')])
  })

  it('leaves nothing behind', async () => {
    const own = await newBucket()
    await warningsOf(own)
    expect((await admin.send(new ListObjectsV2Command({ Bucket: own }))).KeyCount).toBe(0)
  })

  it('names a bucket that is missing, and how to make it', async () => {
    const failed = open({ bucket: 'rai-no-such-bucket' }).check()
    await expect(failed).rejects.toMatchObject({
      name: 'ProviderError',
      retryable: false,
      message: expect.stringContaining('aws s3 mb s3://rai-no-such-bucket'),
    })
  })

  it('calls a wrong secret lasting, and an S3 that is away passing', async () => {
    const wrong = awsClientOptions({ ...s3, secretAccessKey: 'wrong' })
    await expect(open({ client: wrong }).check()).rejects.toMatchObject({ provider: 's3', retryable: false })
    const away = { ...client, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 }
    await expect(open({ client: away }).check()).rejects.toMatchObject({ provider: 's3', retryable: true })
  })
})

async function addRule(name: string): Promise<void> {
  const rule = {
    ID: 'rai',
    Status: 'Enabled' as const,
    Filter: { Tag: { Key: 'rai-lifetime', Value: 'expiring' } },
    Expiration: { Days: 1 },
  }
  await admin.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration: { Rules: [rule] } }),
  )
}
