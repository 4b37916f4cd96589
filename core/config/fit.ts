import type { ConfigProblem } from '../errors.ts'
import type { Origin } from './entry.ts'
import type { Config } from './schema.ts'

export interface Fit {
  readonly problems: readonly ConfigProblem[]
  readonly notices: readonly string[]
}

/** `because`: the key whose value makes the other one necessary; its line is shown where the other has none. */
type Misfit = readonly [key: string, problem: string, because?: string]
type Rule = (config: Config) => readonly Misfit[]

/** Whether the parts that were chosen work together, each with what it needs. */
export function checkFit(config: Config, origins: ReadonlyMap<string, Origin>): Fit {
  const problems = rules
    .flatMap((rule) => rule(config))
    .map(([key, problem, because]): ConfigProblem => {
      const origin = originOf(key, because, origins)
      return { key, problem, ...(origin && { origin: origin.name }), ...(origin?.line && { line: origin.line }) }
    })
  return { problems, notices: noticesOf(config) }
}

function noticesOf(config: Config): string[] {
  return [...hostNotices(config), ...databaseNotices(config), ...runnerNotices(config), ...authNotices(config)]
}

function authNotices({ auth: { provider } }: Config): string[] {
  if (provider !== 'secret') return []
  return [
    'auth.provider is secret: keys that the older RAI computed from the app secret are taken. Choose database once everybody has new ones.',
  ]
}

/** A key that is missing has no line; its section's provider, or whatever else stands there, is near. */
function originOf(key: string, because: string | undefined, origins: ReadonlyMap<string, Origin>): Origin | undefined {
  const section = key.slice(0, key.indexOf('.') + 1)
  const sibling = [...origins.keys()].find((name) => name.startsWith(section))
  return origins.get(key) ?? origins.get(because ?? `${section}provider`) ?? origins.get(sibling ?? '')
}

const rules: readonly Rule[] = [
  ({ store: { provider, bucket } }) =>
    provider === 's3' && !bucket ? [['store.bucket', 'is missing; the s3 store needs the name of a bucket']] : [],
  ({ pubsub: { provider, endpoints } }) =>
    provider === 'redis' && endpoints.length === 0
      ? [['pubsub.endpoints', 'is missing; name the Redis servers, such as "- redis.example.edu:6379"']]
      : [],
  ({ database: { provider, endpoints } }) =>
    provider === 'postgres' && endpoints.length === 0
      ? [['database.endpoints', 'is missing; name the PostgreSQL servers, such as "- db.example.edu:5432"']]
      : [],
  ({ broker: { provider, region } }) =>
    provider === 'sqs' && !region ? [['broker.region', 'is missing; SQS needs one, such as us-east-1']] : [],
  ({ database, app }) =>
    database.provider === 'postgres' && !app.secret
      ? [
          [
            'app.secret',
            'is missing; with postgres all hosts must share it: put it into RAI_SECRET or ~/.rai_secret',
            'database.provider',
          ],
        ]
      : [],
  ({ aws }) =>
    Boolean(aws.access_key_id) !== Boolean(aws.secret_access_key)
      ? [[aws.access_key_id ? 'aws.secret_access_key' : 'aws.access_key_id', 'is missing; the two belong together']]
      : [],
  ({ aws }) =>
    aws.sts_role && !aws.sts_account && !aws.endpoint
      ? [['aws.sts_account', 'is missing; aws.sts_role is a role of that account']]
      : [],
  ({ auth }) => (auth.provider === 'auth0' ? missing('auth', auth, ['domain', 'client_id', 'client_secret']) : []),
  ({ auth, app }) =>
    auth.provider === 'secret' && !app.secret
      ? [['app.secret', 'is missing; auth.provider "secret" checks against it', 'auth.provider']]
      : [],
  ({ source: { ssh_key_file, ssh_known_hosts_file } }) =>
    Boolean(ssh_key_file) !== Boolean(ssh_known_hosts_file)
      ? [
          [
            ssh_key_file ? 'source.ssh_known_hosts_file' : 'source.ssh_key_file',
            'is missing; ssh needs both a key and the host keys of the servers',
          ],
        ]
      : [],
  ({ email }) =>
    email.provider === 'mailgun' ? missing('email', email, ['domain', 'source', 'mailgun_active_api_key']) : [],
  ({ docker: { memory_limit, tmp_limit, shm_limit } }) =>
    tmp_limit + shm_limit >= memory_limit
      ? [
          [
            'docker.memory_limit',
            'leaves nothing for programs: /tmp and /dev/shm count as memory; lower docker.tmp_limit',
          ],
        ]
      : [],
]

function missing<T extends object>(section: string, values: T, keys: readonly (keyof T & string)[]) {
  const absent = keys.filter((key) => !values[key])
  const because = `the provider named in ${section}.provider needs it`
  return absent.map((key) => [`${section}.${key}`, `is missing; ${because}`] as const)
}

/** Parts that end at the host, beside parts that are meant for many. */
function hostNotices({ database, broker, pubsub, store }: Config): string[] {
  const local = [
    ...(database.provider === 'sqlite' ? ['database.provider is sqlite'] : []),
    ...(broker.provider === 'memory' ? ['broker.provider is memory'] : []),
    ...(pubsub.provider === 'file' ? ['pubsub.provider is file'] : []),
    ...(store.provider === 'filesystem' ? ['store.provider is filesystem'] : []),
  ]
  if (local.length === 0 || local.length === 4) return []
  return [
    `This installation is bound to one host, because ${local.join(', ')}; for several hosts choose postgres, sqs, redis and s3.`,
  ]
}

function databaseNotices({ database: { provider, endpoints } }: Config): string[] {
  if (provider !== 'postgres' || endpoints.length < 2) return []
  return [`Of database.endpoints only the first, ${endpoints[0]}, is used; for several servers name a proxy there.`]
}

function runnerNotices({ docker: { runner } }: Config): string[] {
  if (runner === 'docker') return []
  return [
    "docker.runner is bubblewrap: it isolates students' programs less than Docker does. Use it to try RAI out only.",
  ]
}
