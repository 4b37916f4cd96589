import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AwsClientOptions, awsClientOptions } from '../../core/aws/client-options.ts'
import type { Config } from '../../core/config/schema.ts'
import { createFileLog } from '../../core/log/file.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import { createRedisLog } from '../../core/log/redis.ts'
import { createMemoryQueue } from '../../core/queue/memory.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { createSqsQueue } from '../../core/queue/sqs.ts'
import { deriveKey } from '../../core/secret/keyed-hash.ts'
import { createFilesystemStore } from '../../core/store/filesystem.ts'
import { createS3Store } from '../../core/store/s3.ts'
import type { Store } from '../../core/store/store.ts'
import { createBubblewrapRunner } from '../../worker/runner/bubblewrap.ts'
import { createDockerRunner } from '../../worker/runner/docker.ts'
import type { Runner } from '../../worker/runner/runner.ts'

/** The one file that chooses adapters from the configuration. */

const dayMs = 86_400_000

export function chooseQueue(config: Config): Queue {
  const { provider, endpoint, region } = config.broker
  if (provider === 'memory') return createMemoryQueue()
  return createSqsQueue({ client: awsOptions(config, { endpoint, region }) })
}

/** @param serveLinks whether this process answers the links of the folder store. */
export async function chooseStore(config: Config, secret: string, serveLinks: boolean): Promise<Store> {
  const { store, client, limits } = config
  if (store.provider === 'filesystem') {
    return createFilesystemStore({
      root: store.path,
      secret: deriveKey(secret, 'links').toString('hex'),
      lifetimeMs: limits.object_lifetime_days * dayMs,
      port: store.link_port,
      serve: serveLinks,
      ...(store.base_url === undefined ? {} : { publicUrl: store.base_url }),
    })
  }
  return createS3Store({
    client: awsOptions(config, { endpoint: store.endpoint }),
    bucket: store.bucket ?? client.upload_bucket ?? '',
    forcePathStyle: store.force_path_style,
  })
}

export function chooseLog(config: Config): SubmissionLog {
  const { pubsub, limits, app } = config
  const cap = { entries: 20_000, bytes: limits.log_bytes_live }
  if (pubsub.provider === 'file') return createFileLog({ root: pubsub.path, cap, expireMs: pubsub.lifetime })
  return createRedisLog({
    endpoints: pubsub.endpoints,
    keyPrefix: `${app.name}/log-`,
    cap,
    expireMs: pubsub.lifetime,
    ...(pubsub.username === undefined ? {} : { username: pubsub.username }),
    ...(pubsub.password === undefined ? {} : { password: pubsub.password }),
    ...(pubsub.cert === undefined ? {} : { tls: true }),
  })
}

export async function chooseRunner(config: Config, { scratch, dockerHost, owner }: RunnerPlace): Promise<Runner> {
  const { docker } = config
  if (docker.runner === 'bubblewrap') return createBubblewrapRunner({ scratch: join(scratch, 'bubblewrap') })
  const [uid, gid] = docker.username.split(':').map(Number)
  return createDockerRunner({
    docker: { host: docker.host ?? dockerHost, ...(await tlsOf(docker.cert_path)) },
    scratch: join(scratch, 'docker'),
    owner,
    pull: docker.pull,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(docker.runtime === undefined ? {} : { runtime: docker.runtime }),
  })
}

interface RunnerPlace {
  readonly scratch: string
  /** Where the configuration names no engine. */
  readonly dockerHost: string
  /** Tells this installation's sandboxes from those of others on the same engine. */
  readonly owner: string
}

async function tlsOf(folder: string | undefined) {
  if (folder === undefined) return {}
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  if (ca === undefined || cert === undefined || key === undefined) return {}
  return { tls: { ca, cert, key } }
}

interface AwsPart {
  readonly endpoint: string | undefined
  readonly region?: string | undefined
}

function awsOptions({ aws }: Config, part: AwsPart): AwsClientOptions {
  const endpoint = part.endpoint ?? aws.endpoint
  return awsClientOptions({
    region: part.region ?? aws.region,
    durationSeconds: aws.sts_role_duration_seconds,
    ...(aws.access_key_id === undefined ? {} : { accessKeyId: aws.access_key_id }),
    ...(aws.secret_access_key === undefined ? {} : { secretAccessKey: aws.secret_access_key }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(aws.sts_account === undefined ? {} : { stsAccount: aws.sts_account }),
    ...(aws.sts_role === undefined ? {} : { stsRole: aws.sts_role }),
  })
}
