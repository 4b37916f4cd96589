import { randomBytes } from 'node:crypto'
import { chooseStore } from '../../bin/compose/choose.ts'
import type { ConfigInput } from '../../core/config/schema.ts'
import type { Store } from '../../core/store/store.ts'
import { service } from '../support/service.ts'
import { createDatabase } from '../support/services/postgres.ts'
import { createTestBucket } from '../support/services/radosgw.ts'
import { createSqsTestQueue } from '../support/services/sqs.ts'
import { createInstallation, type Installation } from './installation.ts'

/** The addresses where the parts are reached, where that is not where they are: a proxy stands between. */
interface Detours {
  /** `host:port` */
  readonly database?: string
  readonly queue?: string
  readonly store?: string
  readonly engine?: string
}

interface Surroundings {
  readonly detours?: Detours
  readonly env?: NodeJS.ProcessEnv
}

/** PostgreSQL, SQS, S3, Redis and the engine, reached by configuration alone. All its own; `close` drops what it made. */
export async function createDistributed(
  redis: string,
  { app, server, docker, ...more }: ConfigInput = {},
  { detours = {}, env }: Surroundings = {},
): Promise<Installation> {
  const name = `e2e${randomBytes(4).toString('hex')}`
  const { drop, ...database } = await createDatabase(service('postgres'))
  const s3 = service('s3')
  await createTestBucket(s3, name)
  const sqs = service('sqs')
  await createSqsTestQueue(sqs, `${name}_amd64`, { deadLetterAfter: 5 })
  const installation = await createInstallation(
    {
      app: {
        name, // Who shares the secret is one installation, and sweeps the other's sandboxes.
        secret: `a secret that all processes of ${name} share`,
        ...app,
      },
      server: { ...server },
      database: {
        provider: 'postgres',
        endpoints: [detours.database ?? `${database.host}:${database.port}`],
        name: database.database,
        username: database.username,
        password: database.password,
      },
      broker: { provider: 'sqs', endpoint: detours.queue ?? sqs.endpoint },
      store: { provider: 's3', endpoint: detours.store ?? s3.endpoint, bucket: name, force_path_style: true },
      aws: { region: s3.region, access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey },
      pubsub: { provider: 'redis', endpoints: [redis] },
      docker: { host: detours.engine ?? service('docker').host, ...docker },
      ...more,
    },
    env,
  )
  return {
    ...installation,
    close: async () => {
      await installation.close()
      await drop()
    },
  }
}

/** The store of an installation, with the rights of its workers. The caller closes it. */
export function openStore({ config }: Installation): Promise<Store> {
  return chooseStore(config, { secret: config.app.secret ?? '', serveLinks: false, part: 'worker' })
}
