import { join } from 'node:path'
import type { Logger } from 'pino'
import type { AwsPart } from '../../core/aws/access.ts'
import type { AwsClientOptions } from '../../core/aws/client-options.ts'
import { type AwsPlaces, type AwsService, policyOf } from '../../core/aws/policy.ts'
import type { Config } from '../../core/config/schema.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import type { Queue } from '../../core/queue/queue.ts'
import { deriveKey } from '../../core/secret/keyed-hash.ts'
import type { Store } from '../../core/store/store.ts'
import type { BuildLimits } from '../../worker/images/build.ts'
import type { Images } from '../../worker/images/images.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import { readNamed } from './read-named.ts'

/**
 * The one file that chooses adapters from the configuration. Each is imported when it is chosen: the SDKs that a process
 * does not use are most of what it would load.
 */

const dayMs = 86_400_000

/** @param part whose rights it has, where a role is worked in. */
export async function chooseQueue(config: Config, part: AwsPart): Promise<Queue> {
  const { provider, endpoint, region } = config.broker
  if (provider === 'memory') return (await import('../../core/queue/memory.ts')).createMemoryQueue()
  const { createSqsQueue } = await import('../../core/queue/sqs.ts')
  return createSqsQueue({ client: await awsOptions(config, { part, service: 'sqs', endpoint, region }) })
}

export interface StorePlace {
  readonly secret: string
  /** Whether this process answers the links of the folder store. */
  readonly serveLinks: boolean
  /** Whose rights it has, where a role is worked in. */
  readonly part: AwsPart
}

export async function chooseStore(config: Config, { secret, serveLinks, part }: StorePlace): Promise<Store> {
  const { store, limits } = config
  if (store.provider === 'filesystem') {
    const { createFilesystemStore } = await import('../../core/store/filesystem.ts')
    return createFilesystemStore({
      root: store.path,
      secret: deriveKey(secret, 'links').toString('hex'),
      lifetimeMs: limits.object_lifetime_days * dayMs,
      port: store.link_port,
      serve: serveLinks,
      ...(store.base_url === undefined ? {} : { publicUrl: store.base_url }),
    })
  }
  const { createS3Store } = await import('../../core/store/s3.ts')
  return createS3Store({
    client: await awsOptions(config, { part, service: 's3', endpoint: store.endpoint }),
    bucket: bucketOf(config),
    forcePathStyle: store.force_path_style,
  })
}

export async function chooseLog(config: Config): Promise<SubmissionLog> {
  const { pubsub, limits, app } = config
  const cap = { entries: 20_000, bytes: limits.log_bytes_live }
  if (pubsub.provider === 'file') {
    const { createFileLog } = await import('../../core/log/file.ts')
    return createFileLog({ root: pubsub.path, cap, expireMs: pubsub.lifetime })
  }
  const { createRedisLog } = await import('../../core/log/redis.ts')
  return createRedisLog({
    endpoints: pubsub.endpoints,
    keyPrefix: `${app.name}/log-`,
    cap,
    expireMs: pubsub.lifetime,
    ...(pubsub.username === undefined ? {} : { username: pubsub.username }),
    ...(pubsub.password === undefined ? {} : { password: pubsub.password }),
    ...(pubsub.cert === undefined ? {} : { tls: { ca: await readNamed('pubsub.cert', pubsub.cert) } }),
  })
}

export async function chooseRunner(config: Config, { scratch, dockerHost, owner }: RunnerPlace): Promise<Runner> {
  const { docker } = config
  if (docker.runner === 'bubblewrap') {
    const { createBubblewrapRunner } = await import('../../worker/runner/bubblewrap.ts')
    return createBubblewrapRunner({ scratch: join(scratch, 'bubblewrap') })
  }
  const { createDockerRunner } = await import('../../worker/runner/docker.ts')
  const [uid, gid] = docker.username.split(':').map(Number)
  return createDockerRunner({
    docker: { host: docker.host ?? dockerHost, ...(await tlsOf(docker.cert_path)) },
    scratch: join(scratch, 'docker'),
    owner,
    build: docker.build_space,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(docker.runtime === undefined ? {} : { runtime: docker.runtime }),
    ...(docker.network === undefined ? {} : { network: docker.network }),
    pinCpus: docker.pin_cpus,
    ...gpuAccessOf(docker),
  })
}

/** A folder that is not named is no way in: the runner then refuses what asks for a GPU. */
function gpuAccessOf({ gpu_access: kind, cuda_volume: libraries }: Config['docker']) {
  if (kind === 'engine') return { gpus: { kind } }
  return libraries === undefined ? {} : { gpus: { kind, libraries } }
}

interface RunnerPlace {
  readonly scratch: string
  /** Where the configuration names no engine. */
  readonly dockerHost: string
  /** Tells this installation's sandboxes from those of others on the same engine. */
  readonly owner: string
}

export interface ImagesPlace extends Pick<RunnerPlace, 'scratch' | 'dockerHost'> {
  readonly log: Logger
}

/** `undefined` where the runner has no images. */
export async function chooseImages(config: Config, { scratch, dockerHost, log }: ImagesPlace) {
  const { docker } = config
  if (docker.runner === 'bubblewrap') return undefined
  const { createDockerImages } = await import('../../worker/images/docker-images.ts')
  const images: Images = createDockerImages({
    docker: { host: docker.host ?? dockerHost, ...(await tlsOf(docker.cert_path)) },
    ledger: join(scratch, 'images'),
    pull: docker.pull,
    pullLimitMs: docker.pull_limit,
    pinned: [docker.image, ...docker.pinned_images],
    budget: docker.image_budget,
    build: buildLimitsOf(config),
    ...(docker.registry === undefined ? {} : { registry: registryOf(docker.registry, config) }),
    log,
  })
  return images
}

function buildLimitsOf({ docker }: Config): BuildLimits {
  return {
    timeMs: docker.image_build_time,
    memoryBytes: docker.image_build_memory,
    cpus: docker.image_build_cpus,
    pids: docker.pid_limit,
    bytes: docker.image_build_limit,
    network: docker.image_build_network,
    outputBytes: docker.output_limit,
    measureMs: 2000,
  }
}

function registryOf(address: string, { docker }: Config) {
  const { registry_username: username, registry_password: password } = docker
  return {
    address,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
}

async function tlsOf(folder: string | undefined) {
  if (folder === undefined) return {}
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readNamed('docker.cert_path', join(folder, name))),
  )
  if (ca === undefined || cert === undefined || key === undefined) return {}
  return { tls: { ca, cert, key } }
}

interface AwsClient {
  readonly part: AwsPart
  readonly service: AwsService
  readonly endpoint: string | undefined
  readonly region?: string | undefined
}

function bucketOf({ store, client }: Config): string {
  return store.bucket ?? client.upload_bucket ?? ''
}

/** Where the things are that a part may reach in its role. */
export function awsPlacesOf(config: Config): AwsPlaces {
  const { app, client, server } = config
  const ours = `${app.name}_`
  const others = [client.job_queue_name, ...server.queues].filter((queue) => !queue.startsWith(ours))
  return {
    bucket: bucketOf(config),
    sources: client.upload_destination_directory,
    results: client.build_destination_directory ?? client.upload_destination_directory,
    queues: [`${ours}*`, ...new Set(others.flatMap((queue) => [queue, `${queue}_dead`]))],
  }
}

async function awsOptions(config: Config, client: AwsClient): Promise<AwsClientOptions> {
  const { aws } = config
  const { awsClientOptions } = await import('../../core/aws/client-options.ts')
  const endpoint = client.endpoint ?? aws.endpoint
  return awsClientOptions({
    region: client.region ?? aws.region,
    sessionPolicy: JSON.stringify(policyOf(client.part, awsPlacesOf(config), [client.service])),
    sessionName: `rai-${client.part}`,
    durationSeconds: aws.sts_role_duration_seconds,
    ...(aws.access_key_id === undefined ? {} : { accessKeyId: aws.access_key_id }),
    ...(aws.secret_access_key === undefined ? {} : { secretAccessKey: aws.secret_access_key }),
    ...(aws.session_token === undefined ? {} : { sessionToken: aws.session_token }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(aws.sts_account === undefined ? {} : { stsAccount: aws.sts_account }),
    ...(aws.sts_role === undefined ? {} : { stsRole: aws.sts_role }),
  })
}
