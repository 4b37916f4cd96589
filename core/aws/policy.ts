import { type AwsGrant, type AwsPart, type AwsPlace, accessOfParts, actionsOfCalls } from './access.ts'

/** Where the parts' things are. */
export interface AwsPlaces {
  readonly bucket: string
  /** Folders of the store: `client.upload_destination_directory`, `client.build_destination_directory`. */
  readonly sources: string
  readonly results: string
  /** Names of queues, `*` within: `rai_*`. Dead-letter queues are named after them. */
  readonly queues: readonly string[]
}

/** A policy as IAM and STS take it. */
export interface AwsPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly AwsStatement[]
}

interface AwsStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': readonly string[] } }
}

export type AwsService = 's3' | 'sqs'

/**
 * What one part may do, and nothing else. The same document confines a role, and a session of one.
 *
 * @param services only what concerns these: each client of a process has a session of its own.
 */
export function policyOf(part: AwsPart, places: AwsPlaces, services: readonly AwsService[] = ['s3', 'sqs']): AwsPolicy {
  const grants = accessOfParts[part].filter(({ place }) => services.includes(place === 'queue' ? 'sqs' : 's3'))
  if (grants.length === 0) return policy([{ Effect: 'Deny', Action: ['*'], Resource: ['*'] }])
  return policy([...grouped(grants).flatMap((grant) => statementOf(grant, places)), ...denials(grants, places)])
}

function policy(statements: readonly AwsStatement[]): AwsPolicy {
  return { Version: '2012-10-17', Statement: statements }
}

/** One statement for each place and, in the bucket, one for what a prefix bounds: sessions' policies are short. */
function grouped(grants: readonly AwsGrant[]): (readonly [AwsPlace, readonly string[]])[] {
  const actions = new Map<AwsPlace, Set<string>>()
  for (const { place, calls } of grants) {
    const known = actions.get(place) ?? new Set()
    for (const call of calls) for (const action of actionsOfCalls[call]) known.add(action)
    actions.set(place, known)
  }
  return [...actions].map(([place, known]) => [place, [...known].sort()] as const)
}

function statementOf([place, actions]: readonly [AwsPlace, readonly string[]], places: AwsPlaces): AwsStatement[] {
  if (place !== 'bucket') return [{ Effect: 'Allow', Action: actions, Resource: resourcesOf(place, places) }]
  const Resource = [`arn:aws:s3:::${places.bucket}`]
  const plain = actions.filter((action) => action !== 's3:ListBucket')
  const prefixes = [...new Set([`${places.sources}/*`, `${places.results}/*`])]
  const statements: AwsStatement[] = [{ Effect: 'Allow', Action: plain, Resource }]
  if (plain.length === actions.length) return statements
  const Condition = { StringLike: { 's3:prefix': prefixes } }
  return [...statements, { Effect: 'Allow', Action: ['s3:ListBucket'], Resource, Condition }]
}

function resourcesOf(place: Exclude<AwsPlace, 'bucket'>, places: AwsPlaces): string[] {
  if (place === 'queue') return places.queues.map((queue) => `arn:aws:sqs:*:*:${queue}`)
  return patternsOf(place, places).map((pattern) => `arn:aws:s3:::${places.bucket}/${pattern}`)
}

function patternsOf(place: Exclude<AwsPlace, 'bucket' | 'queue'>, { sources, results }: AwsPlaces): string[] {
  if (place === 'probe') return ['.rai-check/*']
  if (place === 'sources') return [`${sources}/*.tar.gz`]
  return [`${results}/build-*`, `${results}/log-*`, `${results}/result-*`, `${results}/grading-*.txt`]
}

/**
 * Sources and results are usually in one folder, and `*.tar.gz` is also what `/build` held. It is the staff's files of a
 * grading phase, too, which every later run of the assignment needs.
 */
function denials(grants: readonly AwsGrant[], { bucket, sources, results }: AwsPlaces): AwsStatement[] {
  const allowed = new Map(grouped(grants))
  const [ofSources, ofResults] = [allowed.get('sources') ?? [], allowed.get('results') ?? []]
  return [
    deny(
      ofSources.filter((action) => !ofResults.includes(action)),
      `arn:aws:s3:::${bucket}/${results}/build-*`,
    ),
    deny(
      ofSources.filter((action) => action === 's3:DeleteObject'),
      `arn:aws:s3:::${bucket}/${sources}/grading-*.tar.gz`,
    ),
  ].flat()
}

function deny(Action: readonly string[], resource: string): AwsStatement[] {
  return Action.length === 0 ? [] : [{ Effect: 'Deny', Action, Resource: [resource] }]
}
