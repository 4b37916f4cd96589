import { randomUUID } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  type LifecycleRule,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { awsErrorName, awsErrorStatus, awsFailure } from '../aws/failure.ts'
import { expiringTag } from './s3-upload.ts'

export interface BucketToCheck {
  readonly client: S3Client
  readonly bucket: string
  readonly prefix: string
}

/**
 * Writes, reads and deletes a small object; rejects with a `ProviderError` when one of them fails. Returns a sentence
 * for each thing that should be mended all the same. What we may not ask is not reported.
 */
export async function checkBucket(place: BucketToCheck): Promise<string[]> {
  await probe(place)
  const [isPublic, doesExpire] = await Promise.all([isBucketPublic(place), hasLifecycleRule(place)])
  return [
    isPublic === true &&
      `Everybody can read the bucket ${place.bucket}: remove the public grants of its ACL and policy; RAI hands out signed links instead.`,
    doesExpire === false &&
      `The bucket ${place.bucket} keeps everything for ever: add a lifecycle rule that expires objects with the tag ${expiringTag.Key}=${expiringTag.Value}.`,
  ].filter((sentence) => sentence !== false)
}

async function probe({ client, bucket, prefix }: BucketToCheck): Promise<void> {
  const at = { Bucket: bucket, Key: `${prefix}.rai-check/${randomUUID()}` }
  const tagging = `${expiringTag.Key}=${expiringTag.Value}`
  try {
    // Tagged, because that may be what is not allowed; and if it stays behind it expires.
    await client.send(new PutObjectCommand({ ...at, Body: 'RAI can write here', Tagging: tagging }))
    const { Body: body } = await client.send(new GetObjectCommand(at))
    await body?.transformToString()
    await client.send(new DeleteObjectCommand(at))
  } catch (thrown) {
    throw awsFailure('s3', `write, read and delete in the bucket ${bucket}`, explain(bucket, thrown))
  }
}

function explain(bucket: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || awsErrorName(thrown) !== 'NoSuchBucket') return thrown
  return Object.assign(thrown, { message: `it does not exist; create it with "aws s3 mb s3://${bucket}"` })
}

/** `undefined` where we may not ask. */
async function isBucketPublic({ client, bucket: Bucket }: BucketToCheck): Promise<boolean | undefined> {
  const [acl, policy] = await Promise.all([
    ask(() => client.send(new GetBucketAclCommand({ Bucket }))),
    ask(() => client.send(new GetBucketPolicyStatusCommand({ Bucket }))),
  ])
  if (acl === undefined && policy === undefined) return undefined
  const everybody = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/
  const isGranted = acl?.Grants?.some(({ Grantee: grantee }) => everybody.test(grantee?.URI ?? '')) ?? false
  return isGranted || policy?.PolicyStatus?.IsPublic === true
}

/** `undefined` where we may not ask. */
async function hasLifecycleRule({ client, bucket: Bucket }: BucketToCheck): Promise<boolean | undefined> {
  try {
    const { Rules: rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    return rules.some(isOurs)
  } catch (thrown) {
    return awsErrorStatus(thrown) === 404 ? false : undefined
  }
}

/** Whether the rule expires what carries our tag, be it everything. */
function isOurs({ Status: status, Expiration: expiration, Filter: filter }: LifecycleRule): boolean {
  if (status !== 'Enabled' || expiration === undefined) return false
  const tags = filter?.Tag ? [filter.Tag] : (filter?.And?.Tags ?? [])
  return tags.every(({ Key, Value }) => Key === expiringTag.Key && Value === expiringTag.Value)
}

async function ask<Answer>(act: () => Promise<Answer>): Promise<Answer | undefined> {
  return await act().catch(() => undefined)
}
