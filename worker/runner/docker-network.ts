import { ProviderError } from '../../core/errors.ts'
import type { Engine } from './docker-engine.ts'
import { noNetworkHere } from './refusals.ts'
import type { SandboxRequest } from './runner.ts'

/**
 * The name of the network a run joins; `undefined` for none. A network that leads out is refused each time, because an
 * administrator can make it anew under the same name.
 */
export async function networkFor(
  engine: Engine,
  request: SandboxRequest,
  name: string | undefined,
): Promise<string | undefined> {
  if (request.network === 'none') return undefined
  if (name === undefined) throw noNetworkHere()
  const found: unknown = await engine.call('inspect network', () => engine.api.getNetwork(name).inspect())
  const internal = typeof found === 'object' && found !== null && 'Internal' in found && found.Internal === true
  if (internal) return name
  const cause = new Error(`the network ${name} leads out: make it with docker network create --internal`)
  throw new ProviderError({ provider: 'docker', operation: 'join the network', retryable: false, cause })
}
