import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { awsErrorStatus, awsFailure } from '../aws/failure.ts'

interface ObjectPlace {
  readonly Bucket: string
  readonly Key: string
}

/** What `act` gives, or `undefined` where there is no such object. Rejects with a `ProviderError`. */
export async function unlessMissing<Result>(
  client: S3Client,
  at: ObjectPlace,
  operation: string,
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await act()
  } catch (thrown) {
    if (isMissingKey(thrown) || (awsErrorStatus(thrown) === 403 && (await isAbsent(client, at)))) return undefined
    throw awsFailure('s3', operation, thrown)
  }
}

function isMissingKey(thrown: unknown): boolean {
  return awsErrorStatus(thrown) === 404 && thrown instanceof Error && thrown.name !== 'NoSuchBucket'
}

/**
 * S3 calls what is not there forbidden, for whoever may not list the whole bucket. A role that may list a folder can ask
 * so. `false` where it may not.
 */
async function isAbsent(client: S3Client, { Bucket, Key }: ObjectPlace): Promise<boolean> {
  try {
    const { Contents: found = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }))
    return found.every((object) => object.Key !== Key)
  } catch {
    return false
  }
}
