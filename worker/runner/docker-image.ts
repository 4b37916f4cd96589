import type Docker from 'dockerode'
import { type Engine, engineMessage, statusOf } from './docker-engine.ts'
import { unknownImage } from './refusals.ts'

export interface ImagePolicy {
  /** `missing` pulls what the engine does not have; `never` does not. */
  readonly pull: 'missing' | 'never'
  /** Milliseconds that a pull may take. */
  readonly pullMs: number
}

/** What matters of an image; the rest of its configuration is overridden. */
export interface Image {
  /** `sha256:…`; containers are made from this, so that the record names what ran. */
  readonly id: string
  readonly environment: readonly string[]
  readonly volumes: readonly string[]
}

/** Letters, digits and the separators of a reference. Nothing that could lead elsewhere in the engine's URL space. */
const reference = /^[a-zA-Z0-9][a-zA-Z0-9._-]*(?:[:/@][a-zA-Z0-9_][a-zA-Z0-9._-]*)*$/

/** Rejects with `Refusal` `unknown-image` when the image cannot be had. */
export async function resolveImage(engine: Engine, name: string, policy: ImagePolicy, signal: AbortSignal) {
  if (name.length > 255 || !reference.test(name)) throw unknownImage(name, 'not the name of an image')
  const found = await inspect(engine, name, signal)
  if (found !== undefined) return found
  if (policy.pull === 'never') throw unknownImage(name, 'the engine does not have it and pulling is switched off')
  await pull(engine, name, policy.pullMs, signal)
  const pulled = await inspect(engine, name, signal)
  if (pulled === undefined) throw unknownImage(name, 'the engine does not have it after the pull')
  return pulled
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

async function pull(engine: Engine, name: string, limitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await engine.call('pull image', (abortSignal) => pullToEnd(engine, name, abortSignal), { limitMs, signal })
  } catch (error) {
    // An engine that answered says that the name is at fault; one that did not answer says nothing about the name.
    throw statusOf(error) === undefined ? error : unknownImage(name, engineMessage(error))
  }
}

async function pullToEnd(engine: Engine, name: string, abortSignal: AbortSignal): Promise<void> {
  const progress = await engine.api.pull(withTag(name), { abortSignal })
  await new Promise<void>((resolve, reject) => {
    engine.api.modem.followProgress(progress, (error) => {
      if (error) reject(abortSignal.aborted ? error : unknownImage(name, error.message))
      else resolve()
    })
  })
}

/** Without a tag the engine would pull every tag there is. */
function withTag(name: string): string {
  return /[@:][^/]*$/.test(name) ? name : `${name}:latest`
}
