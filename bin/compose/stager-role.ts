import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildFileLimits, defaultBuildFileLimits } from '../../core/buildfile/build-file.ts'
import type { Config } from '../../core/config/schema.ts'
import type { GitOptions } from '../../core/source/git-options.ts'
import type { SourceLimits } from '../../core/source/limits.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import { createStage } from '../../core/submission/stage.ts'
import { createStager, type Stager } from '../../core/submission/stager.ts'
import { chooseCredentials } from './choose-credentials.ts'
import type { Deployment } from './deployment.ts'
import { gitUser } from './git-user.ts'

export interface StagerRoleOptions {
  /** Besides `any`: `slack:<workspace>`; `host:<name>` for who may read this host's folders as the person does. */
  readonly places: readonly string[]
  readonly openAttachment?: SourceOptions['openAttachment']
}

const mostAtOnce = 2
const giveUpMs = 15 * 60_000

/** Fetches what was received and brings it into the queue. The caller runs it. */
export async function createStagerRole(deployment: Deployment, options: StagerRoleOptions): Promise<Stager> {
  const { config, records } = deployment
  const scratch = join(config.app.tempdir, 'stage')
  const credentials = await chooseCredentials(deployment)
  await mkdir(scratch, { recursive: true, mode: 0o711 })
  return createStager({
    ...deployment,
    places: ['any', ...options.places],
    stage: createStage({
      ...deployment,
      lookup: records.lookup,
      fleet: records.fleet,
      buildFile: config.client.build_file,
      buildFileLimits: buildFileLimitsOf(config),
      queueFor: (architecture) => `${config.app.name}_${architecture}`,
      queues: [config.client.job_queue_name, ...config.server.queues],
      requiredFiles: config.client.submit_requirements,
      ...(credentials === undefined ? {} : { credentials }),
      source: {
        limits: sourceLimitsOf(config),
        git: { ...gitOptionsOf(config), ...(await gitUser(scratch, deployment.log)) },
        ...(options.openAttachment === undefined ? {} : { openAttachment: options.openAttachment }),
      },
    }),
    scratch,
    leaseMs: config.server.lease_seconds * 1000,
    concurrency: mostAtOnce,
    giveUpMs,
  })
}

/** What a build file may ask for. */
export function buildFileLimitsOf({ docker }: Config): BuildFileLimits {
  return {
    ...defaultBuildFileLimits,
    timeMs: docker.time_limit,
    dataBytes: docker.build_limit,
    network: docker.network !== undefined,
    buildImage: docker.build_images && docker.runner === 'docker',
  }
}

export function sourceLimitsOf({ source }: Config): SourceLimits {
  return {
    archiveBytes: source.upload_bytes,
    bytes: source.unpacked_bytes,
    entries: source.entries,
    scannedBytes: source.scanned_bytes,
    scannedEntries: source.scanned_entries,
    gitBytes: source.repository_bytes,
    gitMs: source.clone_time,
  }
}

export function gitOptionsOf({ source }: Config): GitOptions {
  const { ssh_key_file: keyFile, ssh_known_hosts_file: knownHostsFile } = source
  return {
    allowHttp: source.protocols.includes('http'),
    allowPrivateAddresses: source.allow_private_addresses,
    ...(keyFile === undefined || knownHostsFile === undefined ? {} : { ssh: { keyFile, knownHostsFile } }),
  }
}
