import { z } from 'zod'
import { endpoints } from '../collections.ts'
import { choice, flag, optionalText, path, secret, text } from '../fields.ts'
import { duration, seconds, whole } from '../measures.ts'
import { optionalPath, optionalUrl } from '../texts.ts'

export const aws = z.object({
  access_key_id: secret(
    'Access key. Without it, the usual places of the AWS SDK are tried (environment, instance role).',
  ),
  secret_access_key: secret('Secret of the access key.'),
  session_token: secret('Session token, for temporary keys.'),
  region: text('Region of every AWS service.', 'us-east-1'),
  endpoint: optionalUrl('URL of a service that speaks AWS, instead of Amazon. Used where a part names none itself.'),
  sts_account: optionalText('Twelve digits: the account of `sts_role`.'),
  sts_role: optionalText(
    'Role that every process works in, by its name or whole ARN, within what that process needs. The key then takes the role on and does nothing else.',
  ),
  sts_role_duration_seconds: seconds(
    'How long a session of the role lasts; it is renewed in time. A link it signed dies with it.',
    '15m',
  ),
})

export const store = z.object({
  provider: choice('Where archives, logs and results are kept.', ['filesystem', 's3'], 'filesystem'),
  path: path('Folder of the `filesystem` store.', '{data_dir}/store'),
  link_port: whole("Loopback port of the `filesystem` store's links. 0 takes a free one.", 0, { min: 0, max: 65_535 }),
  bucket: optionalText('Bucket of the `s3` store. Without it, `client.upload_bucket`.'),
  base_url: optionalUrl('Public base URL of the store in links, where it is not the endpoint.'),
  endpoint: optionalUrl('URL of the S3 service. Without it, `aws.endpoint`.'),
  force_path_style: flag(
    'Bucket in the path rather than the host name; what most S3 services besides Amazon want.',
    false,
  ),
})

export const broker = z.object({
  provider: choice('What wakes the workers. `memory` is for one process.', ['memory', 'sqs'], 'memory'),
  endpoint: optionalUrl('URL of the SQS service. Without it, `aws.endpoint`.'),
  region: optionalText('Region of the queues. Without it, `aws.region`.'),
})

export const pubsub = z.object({
  provider: choice('What carries the live log. `file` is for one host.', ['file', 'redis'], 'file'),
  path: path('Folder of the `file` log.', '{data_dir}/log'),
  endpoints: endpoints('Redis servers as `host:port`; logs are spread over them.', 6379),
  username: optionalText('Redis user.'),
  password: secret('Redis password.'),
  cert: optionalPath('File with the certificate authority of the Redis servers. Turns TLS on.'),
  lifetime: duration('How long a live log is kept after its last line.', '24h'),
})

export const database = z.object({
  provider: choice('Where the records are. `sqlite` is for one host.', ['sqlite', 'postgres'], 'sqlite'),
  path: path('File of the `sqlite` database; on a local disk.', '{data_dir}/rai.db'),
  endpoints: endpoints('PostgreSQL server as `host:port`. Of several, the first is used.', 5432),
  name: text('Name of the PostgreSQL database.', 'rai'),
  username: text('PostgreSQL user.', 'rai'),
  password: secret('PostgreSQL password.'),
  cert: optionalPath('File with the certificate authority of the PostgreSQL servers. Turns TLS on.'),
  pool_size: whole('PostgreSQL connections a process may hold.', 10, { min: 2, max: 500 }),
})
