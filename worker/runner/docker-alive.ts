import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { ProviderError } from '../../core/errors.ts'
import { toReadable } from './docker-collect.ts'
import type { Engine } from './docker-engine.ts'
import type { Ending } from './place.ts'

/** A failure may be the end of the whole container: the kernel can take PID 1 for memory, somebody can remove it. */
export async function checkAlive(
  engine: Engine,
  container: Docker.Container,
  found: Ending | ProviderError,
): Promise<Ending> {
  const { State } = await inspectEnd(engine, container, found instanceof ProviderError)
  if (!State.Running && (State.OOMKilled || (await tookByKernel(engine, container, State)))) {
    return { kind: 'sandbox-out-of-memory' }
  }
  if (found instanceof ProviderError) throw found
  if (State.Running) return found
  const cause = new Error(`the container ended by itself with exit code ${State.ExitCode}`)
  throw new ProviderError({ provider: 'docker', operation: 'keep the container running', retryable: true, cause })
}

const noticeMs = 3_000
const pollMs = 50

/** The engine closes a container's streams before it knows that it ended, and why. */
async function inspectEnd(engine: Engine, container: Docker.Container, ending: boolean) {
  const started = performance.now()
  for (;;) {
    const info = await engine.call('inspect container', (abortSignal) => container.inspect({ abortSignal }))
    if (!ending || !info.State.Running || performance.now() - started > noticeMs) return info
    await sleep(pollMs)
  }
}

/**
 * Whether PID 1 got a KILL that nobody sent through the engine. Engines often miss it themselves, and a command must
 * not have its run tried again for nothing by having PID 1 killed for memory.
 */
async function tookByKernel(engine: Engine, container: Docker.Container, state: Docker.ContainerInspectInfo['State']) {
  if (state.ExitCode !== 137) return false
  const seconds = (time: string) => Date.parse(time) / 1000
  const filters = { type: ['container' as const], container: [container.id], event: ['kill'] }
  const period = { since: seconds(state.StartedAt), until: seconds(state.FinishedAt) + 1 }
  const events = await engine.call('ask who ended the container', async (abortSignal) =>
    buffer(toReadable(await engine.api.getEvents({ ...period, filters, abortSignal }))),
  )
  return events.length === 0
}
