import type Docker from 'dockerode'
import { type Engine, engineMessage, statusOf } from './docker-engine.ts'
import { unknownImage } from './refusals.ts'

/** What matters of an image; the rest of its configuration is overridden. */
export interface Image {
  /** `sha256:…`; containers are made from this, so that the record names what ran. */
  readonly id: string
  readonly environment: readonly string[]
  readonly volumes: readonly string[]
}

/** Letters, digits and the separators of a reference. Nothing that could lead elsewhere in the engine's URL space. */
const reference = /^[a-zA-Z0-9][a-zA-Z0-9._-]*(?:[:/@][a-zA-Z0-9_][a-zA-Z0-9._-]*)*$/

/**
 * Finds an image that the engine has; fetching it comes before: see `worker/images`. Rejects with `Refusal`
 * `unknown-image` when it does not have it.
 */
export async function resolveImage(engine: Engine, name: string, signal: AbortSignal): Promise<Image> {
  if (name.length > 255 || !reference.test(name)) throw unknownImage(name, 'not the name of an image')
  const found = await inspect(engine, name, signal)
  if (found === undefined) throw unknownImage(name, 'the engine does not have it')
  return found
}

async function inspect(engine: Engine, name: string, signal: AbortSignal): Promise<Image | undefined> {
  try {
    // With its tag, because a bare word could be the id of anybody's image.
    const image = engine.api.getImage(withTag(name))
    const info = await engine.call('inspect image', () => image.inspect(), { signal })
    // The engine sends null for what an image does not set, whatever the types say.
    const config: Partial<Docker.ImageInspectInfo['Config']> | undefined = info.Config
    return { id: info.Id, environment: config?.Env ?? [], volumes: Object.keys(config?.Volumes ?? {}) }
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) return undefined
    if (status === 400) throw unknownImage(name, engineMessage(error))
    throw error
  }
}

/** `sha256:…` stays what it is. */
function withTag(name: string): string {
  return /[@:][^/]*$/.test(name) ? name : `${name}:latest`
}
