import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { service } from '../support/service.ts'
import { createDatabase } from '../support/services/postgres.ts'
import { createTestBucket } from '../support/services/radosgw.ts'
import { type RedisService, startRedis } from '../support/services/redis.ts'
import { createSqsTestQueue } from '../support/services/sqs.ts'
import { buildFile, describeFlow } from './flow.ts'
import { createInstallation, type Installation } from './installation.ts'

const closers: (() => Promise<void>)[] = []

afterAll(async () => {
  for (const close of closers) await close()
})

/** PostgreSQL, SQS, S3 and Redis, reached by configuration alone. */
async function createDistributed(redis: RedisService): Promise<Installation> {
  const name = `e2e${randomBytes(4).toString('hex')}`
  const { drop, ...database } = await createDatabase(service('postgres'))
  closers.push(drop)
  const s3 = service('s3')
  await createTestBucket(s3, name)
  const sqs = service('sqs')
  await createSqsTestQueue(sqs, `${name}_amd64`, { deadLetterAfter: 5 })
  return createInstallation({
    app: { name, secret: 'a secret that all processes share' },
    database: {
      provider: 'postgres',
      endpoints: [`${database.host}:${database.port}`],
      name: database.database,
      username: database.username,
      password: database.password,
    },
    broker: { provider: 'sqs', endpoint: sqs.endpoint },
    store: { provider: 's3', endpoint: s3.endpoint, bucket: name, force_path_style: true },
    aws: { region: s3.region, access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey },
    pubsub: { provider: 'redis', endpoints: [redis.endpoint] },
    docker: { host: service('docker').host },
  })
}

async function newRedis(): Promise<RedisService> {
  const redis = await startRedis()
  closers.push(() => redis.stop())
  return redis
}

describeFlow({
  name: 'over PostgreSQL, SQS, S3 and Redis, with two workers',
  workers: 2,
  create: async () => createDistributed(await newRedis()),
})

describe('a Redis that comes back empty in the middle', { timeout: 150_000 }, () => {
  it('costs no verdict and no line of the whole log', async () => {
    const redis = await newRedis()
    const installation = await createDistributed(redis)
    try {
      await installation.startWorker()
      const bot = await installation.startBot()
      const lines = 'for i in 1 2 3 4 5 6; do echo "line $i"; sleep 0.5; done'
      const id = await installation.submit(bot, await installation.folder({ 'rai_build.yml': buildFile([lines]) }))
      await bot.matches(/line 2\n/)
      await redis.restartEmpty()
      const { verdict, result } = await installation.finished(id)
      expect(verdict).toBe('succeeded')
      await bot.says('Succeeded')
      bot.type(`/rai link ${id}`)
      const [, url = ''] = await bot.matches(/(http:\/\/\S*log-\S+)/)
      const log = await (await fetch(url)).text()
      expect(result?.log?.bytes).toBe(log.length)
      for (let line = 1; line <= 6; line += 1) expect(log).toContain(`line ${line}\n`)
      expect(bot.output().split('✔ Succeeded')).toHaveLength(2)
    } finally {
      await installation.close()
    }
  })
})
