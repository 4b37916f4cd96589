import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createHealth } from '../../../bin/compose/health.ts'
import { engineCheck } from '../../../bin/compose/health-checks.ts'
import { createDockerRunner } from '../../../worker/runner/docker.ts'

/** An engine as one that was stopped (SIGSTOP, a stuck disk) looks from outside: it takes connections, and is silent. */
async function silentEngine(folder: string) {
  const socket = join(folder, 'docker.sock')
  const held: (() => void)[] = []
  let silent = true
  const server = createServer(({ url }, response) => {
    const reply = () => answer(url ?? '', response)
    if (silent) held.push(reply)
    else reply()
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    socket,
    goOn: () => {
      silent = false
      for (const reply of held) reply()
    },
  }
}

function answer(url: string, response: ServerResponse): void {
  const body = url.endsWith('/version')
    ? { ApiVersion: '1.41', Version: '20.10.24' }
    : { SecurityOptions: ['name=seccomp,profile=default'] }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

test('a worker whose engine is silent claims no more, and claims again once it answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-hung-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const engine = await silentEngine(folder)
  const runner = await createDockerRunner({
    docker: { host: `unix://${engine.socket}` },
    scratch: join(folder, 'scratch'),
    owner: 'test',
  })
  const checks = [engineCheck(runner)]
  const health = createHealth({ checks, log: pino({ level: 'silent' }), intervalMs: 10, limitMs: 200 })
  await health.look()
  expect(health.mayClaim()).toBe('engine: no answer within 0.2 seconds')
  engine.goOn()
  await health.look()
  await health.look()
  expect(health.mayClaim()).toBeUndefined()
})
