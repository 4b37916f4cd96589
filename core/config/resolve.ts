import { resolve } from 'node:path'
import type { Place } from './place.ts'
import type { Config } from './schema.ts'

/** Fills in `{…}`, makes paths absolute, and lets each part that names no endpoint take the common one. */
export function resolveConfig(config: Config, place: Place): Config {
  const dataDir = absolute(config.app.data_dir, place)
  const path = (value: string) => absolute(value.replace(/^\{data_dir\}/, dataDir), place)
  const certificate = <T extends { cert?: string | undefined }>(section: T): T =>
    section.cert === undefined ? section : { ...section, cert: path(section.cert) }
  const fill = filler(config.app.name, place)
  return {
    ...config,
    app: { ...config.app, data_dir: dataDir, tempdir: path(config.app.tempdir) },
    store: { ...config.store, path: path(config.store.path), ...common(config) },
    broker: { ...config.broker, ...brokerDefaults(config) },
    pubsub: certificate({ ...config.pubsub, path: path(config.pubsub.path) }),
    database: certificate({ ...config.database, path: path(config.database.path) }),
    email: { ...config.email, outbox: path(config.email.outbox) },
    client: { ...config.client, ...clientDefaults(config), job_queue_name: fill(config.client.job_queue_name) },
    courses: { files: config.courses.files.map(path) },
    server: { ...config.server, ...filledServer(config, fill) },
    docker: { ...config.docker, cert_path: config.docker.cert_path && path(config.docker.cert_path) },
    terminal: { ...config.terminal, user: fill(config.terminal.user) },
  }
}

function common({ aws, store, client }: Config): Partial<Config['store']> {
  return { endpoint: store.endpoint ?? aws.endpoint, bucket: store.bucket ?? client.upload_bucket }
}

function brokerDefaults({ aws, broker }: Config): Partial<Config['broker']> {
  return { endpoint: broker.endpoint ?? aws.endpoint, region: broker.region ?? aws.region }
}

function clientDefaults({ client }: Config): Partial<Config['client']> {
  return {
    build_destination_directory: client.build_destination_directory ?? client.upload_destination_directory,
  }
}

function filledServer({ server }: Config, fill: (text: string) => string): Partial<Config['server']> {
  const { name, queues, queue_weights, exclusive_queues } = server
  return {
    name: fill(name),
    queues: queues.map(fill),
    queue_weights: queue_weights.map(fill),
    exclusive_queues: exclusive_queues.map(fill),
  }
}

function filler(name: string, { arch, host, user }: Place): (text: string) => string {
  const values = new Map([
    ['{name}', name],
    ['{arch}', arch],
    ['{host}', host],
    ['{user}', user],
  ])
  return (text) => text.replaceAll(/\{[a-z]+\}/g, (hole) => values.get(hole) ?? hole)
}

function absolute(path: string, { home, cwd }: Place): string {
  return resolve(cwd, path.replace(/^~(?=\/|$)/, home))
}
