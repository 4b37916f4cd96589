import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ListObjectsV2Command, PutBucketLifecycleConfigurationCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AwsPart } from '../../../core/aws/access.ts'
import { awsClientOptions } from '../../../core/aws/client-options.ts'
import { policyOf } from '../../../core/aws/policy.ts'
import { createS3Store } from '../../../core/store/s3.ts'
import type { PutOptions, Store } from '../../../core/store/store.ts'
import { createArtefacts } from '../../../core/submission/artefacts.ts'
import { awsFiles } from '../../../scripts/aws-files.ts'
import { service } from '../../support/service.ts'
import { createTestBucket } from '../../support/services/radosgw.ts'

/** The policy of each part, as the session of a role that could do everything. */

const s3 = service('s3')
const bucket = `rai-${randomUUID()}`
const places = { bucket, sources: 'userdata', results: 'userdata', queues: ['rai_*'] }
const artefacts = createArtefacts({ source: 'userdata', results: 'userdata' })
const expiring: PutOptions = { contentType: 'application/gzip', lifetime: 'expiring' }
const id = '0123456789abcdef01234567'
const source = artefacts.source(id)
const build = artefacts.build(id, 1)
const closers: (() => void)[] = []
let owner: Store

function clientOf(part: AwsPart) {
  const sessionPolicy = JSON.stringify(policyOf(part, places, ['s3']))
  return awsClientOptions({ ...s3, stsRole: s3.role, sessionPolicy, sessionName: `rai-${part}` })
}

function storeOf(part: AwsPart): Store {
  const store = createS3Store({ client: clientOf(part), bucket, forcePathStyle: true })
  closers.push(() => void store.close())
  return store
}

const body = (content = 'x') => Readable.from([content])
const forbidden = { provider: 's3', retryable: false }

beforeAll(async () => {
  await createTestBucket(s3, bucket)
  owner = createS3Store({ client: awsClientOptions(s3), bucket, forcePathStyle: true })
  await owner.put(source, body('code'), expiring)
  await owner.put(build, body('result'), expiring)
  await owner.put('grades.csv', body('secret'), { ...expiring, lifetime: 'kept' })
})

afterEach(() => {
  for (const close of closers.splice(0)) close()
  vi.useRealTimers()
})

describe('a bot', () => {
  it('does its work: checks, stages, reads and links results, and knows what is not there', async () => {
    const store = storeOf('bot')
    await store.check()
    await store.put(artefacts.source('a'.repeat(24)), body(), expiring)
    await store.put(artefacts.source('b'.repeat(24)), body('y'.repeat(9 << 20)), expiring)
    expect(await store.stat(artefacts.source('c'.repeat(24)))).toBeUndefined()
    expect(await store.get(artefacts.log(id, 9))).toBeUndefined()
    const { url } = await store.link(build, { expiresInSeconds: 60, filename: 'build.tar.gz' })
    expect(await (await fetch(url)).text()).toBe('result')
  })

  it('removes the runs of somebody who is to be forgotten, and nothing that later runs need', async () => {
    const store = storeOf('bot')
    const forgotten = [artefacts.source('e'.repeat(24)), artefacts.build(id, 8), artefacts.gradingLog(id, 8)]
    for (const key of forgotten) {
      await owner.put(key, body(), expiring)
      await store.delete(key)
      expect(await owner.stat(key)).toBeUndefined()
    }
    const files = artefacts.grading('f'.repeat(64))
    await store.put(files, body('checks'), { ...expiring, lifetime: 'kept' })
    expect(await store.stat(files)).toBeDefined()
    await expect(store.delete(files)).rejects.toMatchObject(forbidden)
  })

  it('forges no result, and sees nothing outside of its folders', async () => {
    const store = storeOf('bot')
    await expect(store.delete('grades.csv')).rejects.toMatchObject(forbidden)
    await expect(store.put(build, body('forged'), expiring)).rejects.toMatchObject(forbidden)
    await expect(store.get('grades.csv')).rejects.toMatchObject(forbidden)
    await expect(store.put('grades.csv', body(), expiring)).rejects.toMatchObject(forbidden)
    expect(await text((await owner.get(build)) ?? body(''))).toBe('result')
  })

  it('lists its folders, and no more of the bucket', async () => {
    const client = new S3Client({ ...clientOf('bot'), forcePathStyle: true })
    closers.push(() => client.destroy())
    const { Contents: found = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: 'userdata/' }),
    )
    expect(found.map(({ Key }) => Key)).toContain(source)
    await expect(client.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'gr' }))).rejects.toThrow()
  })
})

describe('a worker', () => {
  it('does its work: checks, reads sources, and keeps what a run leaves, in one piece and in several', async () => {
    const store = storeOf('worker')
    await store.check()
    expect(await text((await store.get(source)) ?? body(''))).toBe('code')
    expect(await store.get(artefacts.source('d'.repeat(24)))).toBeUndefined()
    await owner.put(artefacts.grading('d'.repeat(64)), body('checks'), { ...expiring, lifetime: 'kept' })
    expect(await text((await store.get(artefacts.grading('d'.repeat(64)))) ?? body(''))).toBe('checks')
    for (const key of [artefacts.log(id, 2), artefacts.report(id, 2), artefacts.gradingLog(id, 2)])
      await store.put(key, body(), expiring)
    expect(await store.put(artefacts.build(id, 2), body('z'.repeat(9 << 20)), expiring)).toEqual({ bytes: 9 << 20 })
  })

  it('changes no source, reads nobody’s results, deletes nothing', async () => {
    const store = storeOf('worker')
    await expect(store.put(source, body('forged'), expiring)).rejects.toMatchObject(forbidden)
    await expect(store.get(build)).rejects.toMatchObject(forbidden)
    await expect(store.delete(build)).rejects.toMatchObject(forbidden)
    await expect(store.get('grades.csv')).rejects.toMatchObject(forbidden)
  })
})

it('lets a sweeper check the store and remove what is over, and nothing besides', async () => {
  const store = storeOf('sweeper')
  await store.check()
  await owner.put(artefacts.log(id, 7), body(), expiring)
  await store.delete(artefacts.log(id, 7))
  expect(await owner.stat(artefacts.log(id, 7))).toBeUndefined()
  await expect(store.get(source)).rejects.toMatchObject(forbidden)
  await expect(store.put(source, body(), expiring)).rejects.toMatchObject(forbidden)
})

it('lets keygen do nothing at all', async () => {
  await expect(storeOf('keygen').check()).rejects.toMatchObject(forbidden)
})

it('takes the lifecycle rules that deploy/aws has, and is content with them', async () => {
  const client = new S3Client({ ...awsClientOptions(s3), forcePathStyle: true })
  closers.push(() => client.destroy())
  const rules: object = JSON.parse(awsFiles().get('lifecycle.json') ?? '')
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules: [], ...rules } }),
  )
  const warnings: string[] = []
  const store = createS3Store({
    client: clientOf('bot'),
    bucket,
    forcePathStyle: true,
    onWarning: (sentence) => warnings.push(sentence),
  })
  closers.push(() => void store.close())
  await store.check()
  expect(warnings).toEqual([])
})

it('says plainly that this host’s clock is wrong', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 60_000 })
  await expect(clientOf('bot').credentials()).rejects.toThrow(
    /the clock of this host is 4\dm( \d+s)? ahead of the service/,
  )
})
