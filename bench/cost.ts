import { setTimeout as delay } from 'node:timers/promises'
import { buildApp } from 'fauxqs'
import { Redis } from 'ioredis'
import { createTestBucket } from '../test/support/services/radosgw.ts'
import { startRedis } from '../test/support/services/redis.ts'
import { createSqsTestQueue } from '../test/support/services/sqs.ts'
import type { Bench, BenchContext, Finding } from './bench.ts'
import { openClassChannel } from './class-channel.ts'
import { type Counter, createCounter, nameOf, totalOf } from './cost/counter.ts'
import { dollarsOf, sources } from './cost/prices.ts'
import { type Spread, spreadOf } from './spread.ts'

const jobs = { quick: 3, usual: 10, full: 30 } as const

/** What a job calls, and what that costs at Amazon. */
export const cost: Bench = {
  name: 'cost',
  title: 'Cost: calls a job makes to each service, and their price',
  async run(context) {
    const counter = createCounter()
    const cloud = await startCloud(counter)
    const redis = await startRedis()
    const client = new Redis(redis.url)
    try {
      return await measure({ context, counter, cloud, redis: { endpoint: redis.endpoint, client } })
    } finally {
      client.disconnect()
      await redis.stop()
      await cloud.stop()
    }
  },
}

/** SQS and S3 at one address that counts what it is asked. */
async function startCloud(counter: Counter) {
  const app = buildApp({ logger: false })
  app.server.prependListener('request', (request) => counter.count(nameOf(request)))
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  const access = { endpoint, region: 'us-east-1', accessKeyId: 'bench', secretAccessKey: 'bench' }
  await createSqsTestQueue(access, 'rai_amd64')
  await createTestBucket({ ...access, role: '' }, 'rai')
  return {
    access,
    async stop() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

interface Measured {
  readonly context: BenchContext
  readonly counter: Counter
  readonly cloud: Awaited<ReturnType<typeof startCloud>>
  readonly redis: { readonly endpoint: string; readonly client: Redis }
}

const idleMs = 30_000

async function measure({ context, counter, cloud, redis }: Measured): Promise<Finding[]> {
  const { endpoint, accessKeyId, secretAccessKey, region } = cloud.access
  const channel = await openClassChannel({
    ...context,
    ...{ slots: 1, command: 'echo done', counter },
    parts: {
      aws: { endpoint, region, access_key_id: accessKeyId, secret_access_key: secretAccessKey },
      broker: { provider: 'sqs' },
      store: { provider: 's3', bucket: 'rai', force_path_style: true },
      pubsub: { provider: 'redis', endpoints: [redis.endpoint] },
    },
  })
  try {
    await channel.submit()
    const samples: Map<string, number>[] = []
    let redisBefore = await redisCalls(redis.client)
    counter.take()
    for (let job = 0; job < jobs[context.size]; job += 1) {
      await channel.submit()
      // What comes after the verdict belongs to the job.
      await delay(1_000)
      const redisNow = await redisCalls(redis.client)
      samples.push(new Map([...counter.take(), ['redis all', redisNow - redisBefore - 1]]))
      redisBefore = redisNow
    }
    await delay(idleMs)
    return findingsOf(samples, counter.take())
  } finally {
    await channel.close()
  }
}

/** All that the server was asked, by its own count. */
async function redisCalls(client: Redis): Promise<number> {
  const text = await client.info('stats')
  return Number(/total_commands_processed:(\d+)/.exec(text)?.[1] ?? 0)
}

function findingsOf(samples: readonly ReadonlyMap<string, number>[], idle: ReadonlyMap<string, number>): Finding[] {
  const spread = (count: (calls: ReadonlyMap<string, number>) => number): Spread => spreadOf(samples.map(count))
  const row = (service: string) => ({
    measure: `calls of ${service} a job`,
    unit: 'calls',
    ours: spread((calls) => totalOf(calls, service)),
    note: namesOf(samples, service),
  })
  const idleRow = (service: string): Finding => ({
    measure: `calls of ${service} an idle minute`,
    unit: 'calls',
    ours: spreadOf([(totalOf(idle, service) * 60_000) / idleMs]),
    note: namesOf([idle], service),
  })
  const thousand = spread((calls) => dollarsOf(calls) * 1_000)
  return [
    { ...row('sqs'), goal: { kind: 'at most', value: 3 } },
    { ...row('s3'), goal: { kind: 'at most', value: 5 } },
    row('redis'),
    {
      ...row('records'),
      measure: 'transactions of SQL a job',
      note: 'and the loops that run beside it for two seconds',
    },
    row('chat'),
    { measure: 'SQS and S3 for 1,000 jobs', unit: 'USD', ours: thousand, note: `list prices: ${sources.join(', ')}` },
    ...['sqs', 's3', 'records'].map(idleRow),
  ]
}

/** `GET 2, PUT 3`: what a job calls on average. */
function namesOf(samples: readonly ReadonlyMap<string, number>[], service: string): string {
  const sums = new Map<string, number>()
  for (const [name, count] of samples.flatMap((calls) => [...calls])) {
    if (name.startsWith(`${service} `)) sums.set(name, (sums.get(name) ?? 0) + count)
  }
  const average = (sum: number) => Number((sum / samples.length).toFixed(1))
  const named = [...sums].sort(([, a], [, b]) => b - a).slice(0, 8)
  return named.map(([name, sum]) => `${name.slice(service.length + 1)} ${average(sum)}`).join(', ')
}
