import { afterEach, beforeEach, expect, test } from 'vitest'
import { ProviderError } from '../../../core/errors.ts'
import { measureLog } from '../../../core/metrics/measure-log.ts'
import { measureRuns } from '../../../core/metrics/measure-runs.ts'
import { createMetrics, type MetricSources, type Metrics } from '../../../core/metrics/metrics.ts'
import { type MetricsServer, startMetricsServer } from '../../../core/metrics/server.ts'
import { bareResult } from '../../../core/records/json.ts'
import { type Embedded, openEmbedded, queueName } from '../../support/embedded.ts'

let parts: Embedded
let metrics: Metrics
let server: MetricsServer
let reasons: string[]

beforeEach(async () => {
  parts = await openEmbedded()
  reasons = []
  metrics = createMetrics(sources())
  server = await startMetricsServer({ host: '127.0.0.1', port: 0, metrics, reasons: () => reasons })
})

afterEach(async () => {
  await server.close()
  await parts.close()
})

function sources(changes: Partial<MetricSources> = {}): MetricSources {
  return {
    slots: 4,
    running: () => 1,
    queues: () => parts.records.operations.queues(),
    disks: async () => new Map([['/data', 1000]]),
    reasons: () => reasons,
    gpus: () => new Map([['offered', 2]]),
    gpuMinutes: () => Promise.resolve(new Map([['ece408/rocket', 1.5]])),
    ...changes,
  }
}

function get(path: string, method = 'GET') {
  return fetch(`http://127.0.0.1:${server.port}${path}`, { method })
}

async function scraped(): Promise<string> {
  return (await get('/metrics')).text()
}

const claim = (runs = measureRuns(parts.records.runs, metrics)) =>
  runs.claim({ queue: queueName, worker: 'w', host: 'h', leaseMs: 60_000, choose: ({ waiting }) => waiting[0] })

test('says how much waits and runs, where there is room, and that all is well', async () => {
  await parts.enqueue()
  await parts.enqueue()
  await claim()
  const text = await scraped()
  expect(text).toContain('\nrai_slots 4\n')
  expect(text).toContain('\nrai_running 1\n')
  expect(text).toContain('\nrai_healthy 1\n')
  expect(text).toContain('\nrai_gpus{state="offered"} 2\n')
  expect(text).toContain('\nrai_gpu_minutes{team="ece408/rocket"} 1.5\n')
  expect(text).toContain('\nrai_disk_free_bytes{folder="/data"} 1000\n')
  expect(text).toContain(`\nrai_queue_waiting{queue="${queueName}"} 1\n`)
  expect(text).toContain(`\nrai_queue_running{queue="${queueName}"} 1\n`)
  expect(text).toMatch(/\nrai_queue_oldest_seconds\{queue="rai_amd64"\} [\d.]+\n/)
})

test('measures the wait of a first claim, and counts verdicts, retries and hand-backs', async () => {
  const runs = measureRuns(parts.records.runs, metrics)
  await parts.enqueue()
  const first = await claim(runs)
  if (first === undefined) throw new Error('nothing was claimed')
  const result = bareResult('x', 'x')
  await runs.retry(first.lease, { reason: 'docker-failed', delayMs: 0, maxAttempts: 3, result })
  const second = await claim(runs)
  if (second === undefined) throw new Error('nothing was claimed')
  await runs.handBack(second.lease)
  const third = await claim(runs)
  if (third === undefined) throw new Error('nothing was claimed')
  await runs.finish(third.lease, 'failed', result)
  expect(await runs.finish(third.lease, 'succeeded', result)).toBe(false)
  const text = await scraped()
  expect(text).toContain('\nrai_queue_wait_seconds_count 1\n')
  expect(text).toContain('\nrai_retries_total{reason="docker-failed"} 1\n')
  expect(text).toContain('\nrai_hand_backs_total 1\n')
  expect(text).toContain('\nrai_verdicts_total{verdict="failed"} 1\n')
  expect(text).not.toContain('verdict="succeeded"')
  expect(text).toContain('\nrai_lease_losses_total 1\n')
})

test('measures how far the live log is behind, and counts what it did not take', async () => {
  const bus = measureLog(parts.bus, metrics)
  const piece = { stream: 'stdout', at: Date.now() - 2000, text: 'x' } as const
  await bus.append('a'.repeat(24), [{ version: 1, attempt: 1, sequence: 1, kind: 'pieces', pieces: [piece] }])
  const down = measureLog({ ...parts.bus, append: () => Promise.reject(failure) }, metrics)
  await expect(down.append('a'.repeat(24), [])).rejects.toBe(failure)
  const text = await scraped()
  expect(text).toContain('\nrai_log_lag_seconds_bucket{le="1"} 0\n')
  expect(text).toContain('\nrai_log_lag_seconds_count 1\n')
  expect(text).toContain('\nrai_log_failures_total 1\n')
})

const failure = new ProviderError({ provider: 'redis', operation: 'append', retryable: true, cause: 'down' })

test('answers the rest when the database does not', async () => {
  metrics = createMetrics(sources({ queues: () => Promise.reject(failure) }))
  const text = await metrics.text()
  expect(text).toContain('\nrai_slots 4\n')
  expect(text).not.toContain('rai_queue_waiting{')
})

test('says that it is healthy, or what is not, a line each', async () => {
  const well = await get('/healthz')
  expect([well.status, await well.text()]).toEqual([200, 'healthy\n'])
  reasons.push('engine: no answer', 'disk: full')
  const ill = await get('/healthz')
  expect([ill.status, await ill.text()]).toEqual([503, 'unhealthy\nengine: no answer\ndisk: full\n'])
  expect(await scraped()).toContain('\nrai_healthy 0\n')
})

test('answers nothing else, and takes nothing in', async () => {
  expect((await get('/')).status).toBe(404)
  expect((await get('/metrics', 'POST')).status).toBe(405)
  expect(await (await get('/healthz', 'HEAD')).text()).toBe('')
})

test('refuses a port that is taken', async () => {
  const again = startMetricsServer({ host: '127.0.0.1', port: server.port, metrics, reasons: () => [] })
  await expect(again).rejects.toMatchObject({ name: 'ProviderError', provider: 'metrics' })
})
