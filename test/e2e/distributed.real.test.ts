import { afterAll, describe, expect, it } from 'vitest'
import { type RedisService, startRedis } from '../support/services/redis.ts'
import { createDistributed } from './distributed.ts'
import { buildFile, describeFlow } from './flow.ts'

const closers: (() => Promise<void>)[] = []

afterAll(async () => {
  for (const close of closers) await close()
})

async function newRedis(): Promise<RedisService> {
  const redis = await startRedis()
  closers.push(() => redis.stop())
  return redis
}

describeFlow({
  name: 'over PostgreSQL, SQS, S3 and Redis, with two workers',
  workers: 2,
  create: async () => createDistributed((await newRedis()).endpoint),
})

describe('a Redis that comes back empty in the middle', { timeout: 150_000 }, () => {
  it('costs no verdict and no line of the whole log', async () => {
    const redis = await newRedis()
    const installation = await createDistributed(redis.endpoint)
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
