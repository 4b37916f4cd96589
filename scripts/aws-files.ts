import { type AwsPart, awsParts } from '../core/aws/access.ts'
import { policyOf } from '../core/aws/policy.ts'
import { expiringTag } from '../core/store/s3-upload.ts'

/** What `deploy/aws/create.sh` puts the deployment's own names in for. */
const places = { bucket: 'RAI_BUCKET', sources: 'userdata', results: 'userdata', queues: ['RAI_APP_*'] }

/** Every generated file of `deploy/aws`, by its name. */
export function awsFiles(): ReadonlyMap<string, string> {
  const parts = awsParts.filter((part): part is Exclude<AwsPart, 'everything'> => part !== 'everything')
  return new Map([
    ...parts.map((part) => [`policy-${part}.json`, toText(policyOf(part, places))] as const),
    ['lifecycle.json', toText(lifecycle)],
    ['trust.json', toText(trust)],
  ])
}

const lifecycle = {
  Rules: [
    {
      ID: 'rai-expiring',
      Status: 'Enabled',
      Filter: { Tag: expiringTag },
      Expiration: { Days: 30 },
    },
    {
      ID: 'rai-broken-uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ],
}

/** Only the user whose key the configuration holds may take a role on. */
const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::RAI_ACCOUNT:user/RAI_APP-RAI_PART' }, Action: 'sts:AssumeRole' },
  ],
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
