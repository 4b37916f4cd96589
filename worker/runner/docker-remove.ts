import type Docker from 'dockerode'
import { type Engine, statusOf } from './docker-engine.ts'

/** Also what the container left: its anonymous volumes. Idempotent. */
export async function removeContainer(engine: Engine, nameOrId: string): Promise<void> {
  const container = engine.api.getContainer(nameOrId)
  try {
    await engine.call('remove container', (abortSignal) => container.remove({ force: true, v: true, abortSignal }))
  } catch (error) {
    if (statusOf(error) === 409) await awaitRemoval(engine, container)
    else if (statusOf(error) !== 404) throw error
  }
}

/** Somebody else, most likely a sweep, is at it already. */
async function awaitRemoval(engine: Engine, container: Docker.Container): Promise<void> {
  const wait = (abortSignal: AbortSignal) => container.wait({ condition: 'removed', abortSignal })
  await engine.call('wait for a removal', wait).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error
  })
}

export async function killContainer(engine: Engine, container: Docker.Container): Promise<void> {
  try {
    await engine.call('kill container', (abortSignal) => container.kill({ abortSignal }))
  } catch (error) {
    const gone = statusOf(error) === 404 || statusOf(error) === 409
    if (!gone) throw error
  }
}
