import { ProviderError } from '../../core/errors.ts'
import { canonicalImage, parseImageName } from '../../core/images/name.ts'
import { type Engine, engineMessage } from '../runner/docker-engine.ts'
import { readEvents } from './engine-events.ts'
import type { ImageWork } from './images.ts'
import { createProgress } from './progress.ts'
import type { Registry } from './registry.ts'

export interface PublishOptions {
  readonly engine: Engine
  readonly registry: Registry
  readonly limitMs: number
  readonly progressMs: number
}

/**
 * Puts an image of this host into the configured registry. The password goes to the engine in a header of this one
 * request: it is in no image, no URL and no message.
 *
 * @param id `sha256:…`
 * @param name what it is called below the registry.
 * @returns the name it can be pulled by, with its digest where the registry said it.
 */
export async function publishImage(
  options: PublishOptions,
  { id, name }: { readonly id: string; readonly name: string },
  { report, signal }: ImageWork,
): Promise<string> {
  const { engine, registry, limitMs } = options
  const full = registry.nameOf(name)
  const parsed = parseImageName(full)
  if (parsed === undefined) throw failure(`${full} is not the name of an image`)
  const { repository, tag = 'latest' } = parsed
  await report.say(`Publishing ${full}…`)
  await engine.call('tag image', () => engine.api.getImage(id).tag({ repo: repository, tag }), { signal })
  try {
    const push = (abortSignal: AbortSignal) => pushToEnd(options, { full, tag, abortSignal }, report.say)
    const digest = await engine.call('publish image', push, { signal, limitMs })
    await report.say(`Published ${full}.`)
    return digest === undefined ? full : `${repository}@${digest}`
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    throw failure(registry.redact(engineMessage(error)))
  } finally {
    // The registry has it; here it only was a second name.
    const remove = (abortSignal: AbortSignal) => engine.api.getImage(full).remove({ abortSignal })
    await engine.call('untag image', remove).catch(() => undefined)
  }
}

interface Push {
  readonly full: string
  readonly tag: string
  readonly abortSignal: AbortSignal
}

async function pushToEnd(
  { engine, registry, progressMs }: PublishOptions,
  { full, tag, abortSignal }: Push,
  say: (line: string) => Promise<void>,
): Promise<string | undefined> {
  const authconfig = registry.loginFor(full)
  const image = engine.api.getImage((canonicalImage(full) ?? full).slice(0, -tag.length - 1))
  const stream = await image.push({ tag, abortSignal, ...(authconfig === undefined ? {} : { authconfig }) })
  const progress = createProgress({ title: `Publishing ${full}`, say, everyMs: progressMs })
  let digest: string | undefined
  for await (const event of readEvents(stream)) {
    if (event.error !== undefined) throw new Error(event.error)
    digest = event.aux?.Digest ?? digest
    await progress.add(event)
  }
  return digest
}

function failure(said: string): ProviderError {
  return new ProviderError({
    provider: 'registry',
    operation: 'take an image',
    retryable: true,
    cause: new Error(said),
  })
}
