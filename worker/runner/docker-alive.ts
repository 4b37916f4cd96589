import type Docker from 'dockerode'
import { ProviderError } from '../../core/errors.ts'
import type { Engine } from './docker-engine.ts'
import type { Ending } from './place.ts'

/** A failure may be the end of the whole container: the kernel can take PID 1 for memory, somebody can remove it. */
export async function checkAlive(
  engine: Engine,
  container: Docker.Container,
  found: Ending | ProviderError,
): Promise<Ending> {
  const { State } = await engine.call('inspect container', (abortSignal) => container.inspect({ abortSignal }))
  if (!State.Running && State.OOMKilled) return { kind: 'sandbox-out-of-memory' }
  if (found instanceof ProviderError) throw found
  if (State.Running) return found
  const cause = new Error(`the container ended by itself with exit code ${State.ExitCode}`)
  throw new ProviderError({ provider: 'docker', operation: 'keep the container running', retryable: true, cause })
}
