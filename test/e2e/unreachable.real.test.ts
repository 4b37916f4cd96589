import { afterEach, expect, it } from 'vitest'
import type { ConfigInput } from '../../core/config/schema.ts'
import { service } from '../support/service.ts'
import { freePort } from '../support/services/children.ts'
import { startRedis } from '../support/services/redis.ts'
import { createInstallation, type Installation } from './installation.ts'

let installation: Installation | undefined

afterEach(() => installation?.close())

/** Ports and sockets where nothing answers. */
const unreachable: Readonly<Record<string, (port: number) => ConfigInput>> = {
  'the queue': (port) => ({
    broker: { provider: 'sqs', endpoint: `http://127.0.0.1:${port}` },
    aws: { access_key_id: 'test', secret_access_key: 'test' },
  }),
  'the store': (port) => ({
    store: { provider: 's3', bucket: 'rai', endpoint: `http://127.0.0.1:${port}`, force_path_style: true },
    aws: { access_key_id: 'test', secret_access_key: 'test' },
  }),
  'the live log': (port) => ({ pubsub: { provider: 'redis', endpoints: [`127.0.0.1:${port}`] } }),
  'the engine': () => ({ docker: { host: 'unix:///nowhere/docker.sock' } }),
}

it.each(Object.entries(unreachable))(
  'waits for %s at start, and says so in one line',
  async (part, configOf) => {
    installation = await createInstallation({ docker: { host: service('docker').host }, ...configOf(await freePort()) })
    const worker = await installation.startProcess('worker')
    await worker.says(`${part} does not answer; trying again`)
    expect(worker.output().split('does not answer')).toHaveLength(2)
    expect(worker.output()).not.toMatch(/\n\s+at /)
    await worker.end()
    expect(worker.output()).not.toMatch(/\n\s+at /)
  },
  120_000,
)

it('starts once what it waited for answers', async () => {
  const redis = await startRedis()
  try {
    await redis.kill()
    const pubsub = { provider: 'redis', endpoints: [redis.endpoint] } as const
    installation = await createInstallation({ docker: { host: service('docker').host }, pubsub })
    const worker = await installation.startProcess('worker')
    await worker.says('the live log does not answer')
    await redis.start()
    await worker.says('the live log answers now')
    await worker.says('the worker is ready')
  } finally {
    await redis.stop()
  }
}, 120_000)
