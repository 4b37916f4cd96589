import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LogEntry, logStart, type SubmissionLog } from '../../../core/log/log.ts'
import { createRedisLog, type RedisLogOptions } from '../../../core/log/redis.ts'
import { newSubmissionId } from '../../../core/vocabulary.ts'
import { collect, describeLog, entries, entry, newLogPrefix } from '../../contracts/log.ts'
import { type RedisService, startRedis } from '../../support/services/redis.ts'

let redis: RedisService
let admin: Redis
const opened: SubmissionLog[] = []

beforeAll(async () => {
  redis = await startRedis()
  admin = new Redis(redis.url).on('error', () => {})
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()))
})

afterAll(async () => {
  admin.disconnect()
  await redis.stop()
})

function open(options: Partial<RedisLogOptions> = {}): SubmissionLog {
  const log = createRedisLog({ endpoints: [redis.endpoint], keyPrefix: newLogPrefix(), expireMs: 60_000, ...options })
  opened.push(log)
  return log
}

describeLog('Redis', async (options) => open(options))

describe('a submission log on two Redis servers', () => {
  let second: RedisService

  beforeAll(async () => {
    second = await startRedis()
  })
  afterAll(() => second.stop())

  it('spreads submissions over them, the same way in whatever order they are named', async () => {
    const keyPrefix = newLogPrefix()
    const log = open({ endpoints: [redis.endpoint, second.endpoint], keyPrefix })
    const other = open({ endpoints: [second.endpoint, redis.endpoint], keyPrefix })
    const submissions = Array.from({ length: 40 }, newSubmissionId)
    const readers = submissions.map((submission) => collect(other, submission, 2))
    await Promise.all(submissions.map((submission) => log.append(submission, entries(1, 2))))
    for (const seen of await Promise.all(readers)) expect(seen).toEqual(entries(1, 2))
    const onFirst = (await admin.keys(`${keyPrefix}*`)).length
    expect(onFirst).toBeGreaterThan(5)
    expect(onFirst).toBeLessThan(35)
  })

  it('goes on with the logs of one server while the other is away', async () => {
    const log = open({ endpoints: [redis.endpoint, second.endpoint], timeoutMs: 500 })
    await second.kill()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => log.append(newSubmissionId(), entries(1, 1))),
    )
    await second.start()
    const statuses = results.map((result) => result.status)
    expect(new Set(statuses)).toEqual(new Set(['fulfilled', 'rejected']))
  })
})

it('names keys after the submission, with ids of attempt and sequence, and lets them expire', async () => {
  const submission = newSubmissionId()
  await open({ keyPrefix: 'rai/log-' }).append(submission, entries(7, 7, 2))
  expect(await admin.xrange(`rai/log-${submission}`, '-', '+')).toEqual([['2-7', expect.anything()]])
  expect(await admin.pttl(`rai/log-${submission}`)).toBeGreaterThan(50_000)
})

it('follows many logs over two connections', async () => {
  const log = open()
  const before = await countClients()
  const submissions = Array.from({ length: 50 }, newSubmissionId)
  const readers = submissions.flatMap((each) => [collect(log, each, 4), collect(log, each, 4)])
  await Promise.all(submissions.map((each) => log.append(each, entries(1, 3))))
  expect((await countClients()) - before).toBeLessThanOrEqual(2)
  await Promise.all(submissions.map((each) => log.append(each, entries(4, 4))))
  for (const seen of await Promise.all(readers)) expect(seen).toEqual(entries(1, 4))
})

it('hears of a new reader at once while it waits for others', async () => {
  await expect.poll(countBlocked).toBe(0)
  const log = open({ blockMs: 10_000 })
  const [quiet, busy] = [newSubmissionId(), newSubmissionId()]
  const controller = new AbortController()
  const waiting = log.follow(quiet, { after: logStart, signal: controller.signal })[Symbol.asyncIterator]().next()
  await expect.poll(countBlocked).toBe(1)
  const started = performance.now()
  const following = log.follow(busy, { after: logStart, signal: controller.signal })[Symbol.asyncIterator]()
  for (let sequence = 1; sequence <= 6; sequence += 1) {
    await log.append(busy, entries(sequence, sequence))
    expect((await following.next()).value).toEqual(entry(sequence))
  }
  expect(performance.now() - started).toBeLessThan(20_000)
  controller.abort()
  await waiting
})

it('shows a slow reader everything, though more came than waits for it', async () => {
  const log = open()
  const submission = newSubmissionId()
  const following = log.follow(submission, { after: logStart, signal: AbortSignal.timeout(20_000) })
  const seen: LogEntry[] = []
  for (let from = 1; from <= 200; from += 10) await log.append(submission, entries(from, from + 9))
  for await (const next of following) {
    seen.push(next)
    if (next.sequence === 200) await log.append(submission, entries(201, 3_000))
    if (next.sequence === 3_000) break
  }
  expect(seen).toEqual(entries(1, 3_000))
})

it('shows what it cannot read as a gap', async () => {
  const keyPrefix = newLogPrefix()
  const submission = newSubmissionId()
  const log = open({ keyPrefix })
  await log.append(submission, entries(1, 1))
  await admin.xadd(`${keyPrefix}${submission}`, '1-2', 'entry', '{"version":99}')
  await log.append(submission, entries(3, 3))
  const gap: LogEntry = { version: 1, attempt: 1, sequence: 2, kind: 'gap', pieces: [] }
  expect(await log.read(submission, { after: logStart, limit: 9 })).toEqual([entry(1), gap, entry(3)])
})

describe('when Redis is in trouble', () => {
  const retryable = { name: 'ProviderError', provider: 'redis', retryable: true }

  it('says so while it is away, and readers go on when it is back, empty', async () => {
    await expect.poll(countBlocked).toBe(0)
    const log = open({ timeoutMs: 1_000 })
    const submission = newSubmissionId()
    await log.append(submission, entries(1, 3))
    const seen = collect(log, submission, 5)
    await expect.poll(countBlocked).toBe(1)
    await redis.kill()
    await expect(log.append(submission, entries(4, 4))).rejects.toMatchObject(retryable)
    await expect(log.check()).rejects.toThrow(/ECONNREFUSED/)
    await redis.start()
    await expect
      .poll(() =>
        log.append(submission, entries(6, 7)).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    expect(await seen).toEqual([...entries(1, 3), ...entries(6, 7)])
  })

  it('gives a frozen server up, and goes on when it thaws', async () => {
    const log = open({ timeoutMs: 300, blockMs: 300 })
    const submission = newSubmissionId()
    await log.append(submission, entries(1, 1))
    const seen = collect(log, submission, 2)
    redis.pause()
    const refused = await log.append(submission, entries(2, 2)).catch((error: unknown) => error)
    redis.resume()
    expect(refused).toMatchObject(retryable)
    await expect
      .poll(() =>
        log.append(submission, entries(2, 2)).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    expect(await seen).toEqual(entries(1, 2))
  })

  it('makes a new connection when one goes dead', async () => {
    let isDead = true
    const line = createServer((socket) => {
      socket.on('error', () => {})
      if (isDead) return
      socket.pipe(connect(Number(new URL(redis.url).port), '127.0.0.1').on('error', () => {})).pipe(socket)
    })
    line.listen(0, '127.0.0.1')
    await once(line, 'listening')
    const address = line.address()
    const endpoint = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const log = open({ endpoints: [endpoint], timeoutMs: 500 })
    await expect(log.check()).rejects.toMatchObject(retryable)
    isDead = false
    await expect
      .poll(() =>
        log.check().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    await log.close()
    line.close()
  })

  it('takes all or nothing of an append for which it has no memory, and goes on when it has', async () => {
    const full = await startRedis({ maxmemory: '3mb', 'maxmemory-policy': 'noeviction' })
    const log = open({ endpoints: [full.endpoint] })
    const [submission, other] = [newSubmissionId(), newSubmissionId()]
    const big = Array.from({ length: 10 }, (_, index) => entry(index + 1, { text: 'x'.repeat(32 << 10) }))
    let failed: unknown
    for (let attempt = 1; failed === undefined && attempt < 100; attempt += 1) {
      const again = big.map((each) => ({ ...each, attempt }))
      failed = await log.append(submission, again).catch((error: unknown) => error)
    }
    expect(failed).toMatchObject({ ...retryable, message: expect.stringContaining('OOM command not allowed') })
    expect((await log.read(submission, { after: logStart, limit: 9_999 })).length % 10).toBe(0)
    await expect(log.append(other, big)).rejects.toMatchObject(retryable)
    await log.remove(submission)
    await log.append(other, big)
    expect(await log.read(other, { after: logStart, limit: 99 })).toEqual(big)
    await full.stop()
  })

  it('calls a server that only reads a passing trouble', async () => {
    const replica = await startRedis({ replicaof: `127.0.0.1 ${new URL(redis.url).port}` })
    const failed = open({ endpoints: [replica.endpoint] }).append(newSubmissionId(), entries(1, 1))
    await expect(failed).rejects.toMatchObject({ ...retryable, message: expect.stringContaining('READONLY') })
    await replica.stop()
  })

  it('calls a wrong password lasting, and does not repeat it', async () => {
    const locked = await startRedis({ requirepass: 'right' })
    const wrong = open({ endpoints: [locked.endpoint], password: 'wr0ng-pa55' })
    const failed = await wrong.check().catch((error: unknown) => error)
    expect(failed).toMatchObject({ name: 'ProviderError', retryable: false })
    expect(JSON.stringify(failed) + String(failed)).not.toContain('wr0ng-pa55')
    const right = open({ endpoints: [locked.endpoint], password: 'right' })
    await expect(right.check()).resolves.toBeUndefined()
    await locked.stop()
  })
})

async function countClients(): Promise<number> {
  return (await clientLines()).length
}

async function countBlocked(): Promise<number> {
  return (await clientLines()).filter((line) => /flags=b|cmd=xread/.test(line)).length
}

async function clientLines(): Promise<string[]> {
  return String(await admin.client('LIST'))
    .trim()
    .split('\n')
}
