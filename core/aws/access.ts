/** The processes of RAI that work on Amazon's services. `everything`: several of them in one process, and the doctor. */
export const awsParts = ['bot', 'worker', 'stager', 'sweeper', 'keygen', 'everything'] as const
export type AwsPart = (typeof awsParts)[number]

/** What the parts call, by the SDK's name of it, and what Amazon wants to have allowed for it. */
export const actionsOfCalls = {
  PutObject: ['s3:PutObject', 's3:PutObjectTagging'],
  PutObjectTagging: ['s3:PutObjectTagging'],
  /** Of `@aws-sdk/lib-storage`: in parts, which it removes when one fails. */
  Upload: ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
  GetObject: ['s3:GetObject'],
  HeadObject: ['s3:GetObject'],
  DeleteObject: ['s3:DeleteObject'],
  /** Tells what is not there from what is forbidden. */
  ListObjectsV2: ['s3:ListBucket'],
  GetBucketAcl: ['s3:GetBucketAcl'],
  GetBucketPolicyStatus: ['s3:GetBucketPolicyStatus'],
  GetBucketLifecycleConfiguration: ['s3:GetLifecycleConfiguration'],
  SendMessage: ['sqs:SendMessage'],
  ReceiveMessage: ['sqs:ReceiveMessage'],
  DeleteMessage: ['sqs:DeleteMessage'],
  ChangeMessageVisibility: ['sqs:ChangeMessageVisibility'],
  GetQueueUrl: ['sqs:GetQueueUrl'],
  GetQueueAttributes: ['sqs:GetQueueAttributes'],
  /** Taking on the role itself; done with the long-lived key, and so in none of the role's own policies. */
  AssumeRole: ['sts:AssumeRole'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type AwsCall = keyof typeof actionsOfCalls

/**
 * Kinds of objects, whose keys are `core/submission/artefacts.ts`'s. `probe` is what a check of the store writes and
 * removes. `bucket` and `queue` are no objects.
 */
export type AwsPlace = 'sources' | 'results' | 'probe' | 'bucket' | 'queue'

export interface AwsGrant {
  readonly place: AwsPlace
  readonly calls: readonly AwsCall[]
}

const check: readonly AwsGrant[] = [
  { place: 'probe', calls: ['PutObject', 'GetObject', 'DeleteObject'] },
  { place: 'bucket', calls: ['GetBucketAcl', 'GetBucketPolicyStatus', 'GetBucketLifecycleConfiguration'] },
]
const wake: AwsGrant = { place: 'queue', calls: ['GetQueueUrl', 'GetQueueAttributes', 'SendMessage'] }
const stage: AwsGrant = { place: 'sources', calls: ['Upload', 'PutObjectTagging', 'HeadObject'] }
const read: readonly AwsGrant[] = [
  { place: 'sources', calls: ['GetObject', 'HeadObject'] },
  { place: 'results', calls: ['GetObject', 'HeadObject'] },
]
const run: readonly AwsGrant[] = [
  { place: 'sources', calls: ['GetObject', 'HeadObject'] },
  { place: 'results', calls: ['Upload', 'PutObjectTagging'] },
  { place: 'queue', calls: ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'] },
]
/** What the retention is over for, and what staff have removed. Never the staff's own files of a grading phase. */
const remove: readonly AwsGrant[] = [
  { place: 'sources', calls: ['DeleteObject'] },
  { place: 'results', calls: ['DeleteObject'] },
]
const list: AwsGrant = { place: 'bucket', calls: ['ListObjectsV2'] }

/**
 * Who calls what, and where: the one table behind the policies of `deploy/aws` and behind the policy of every session.
 * Submissions and results are deleted by the bucket's lifecycle rule, by the sweeper where `retention.*` is shorter, and by a
 * bot where staff have somebody forgotten. No worker can, which is where strangers' code runs.
 */
export const accessOfParts: Readonly<Record<AwsPart, readonly AwsGrant[]>> = {
  bot: [...check, list, stage, ...read, ...remove, wake],
  worker: [...check, list, ...run, wake],
  stager: [...check, list, stage, wake],
  sweeper: [...check, ...remove, wake],
  keygen: [],
  everything: [...check, list, stage, ...read, ...run, ...remove, wake],
}
