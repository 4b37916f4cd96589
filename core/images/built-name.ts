import type { BuildImage } from '../buildfile/build-file.ts'
import { type ImageOwner, namespaceOf } from './owner.ts'
import { badBuiltName, noRegistry, otherRegistry } from './refusals.ts'

/** What a build file asks to be built, decided. A plain value: it goes into the records. It never holds a password. */
export interface ImageBuild {
  /** `rai/ece408/team-rocket/simulator:latest` */
  readonly name: string
  /** Relative to the root of the submission. */
  readonly dockerfile: string
  readonly noCache: boolean
  /** What it is published as, below the configured registry; absent: it is not. */
  readonly publish?: string
}

/** @param registry where images are published to, if anywhere: `docker.registry`. */
export function imageBuildOf(build: BuildImage, owner: ImageOwner, registry: string | undefined): ImageBuild {
  const { dockerfile, noCache, push } = build
  const name = nameFor(build.imageName, owner)
  const plain = { name, dockerfile: dockerfile.replace(/^(?:\.\/+)+/, ''), noCache }
  if (push === undefined) return plain
  if (push.registry !== undefined && push.registry !== '' && push.registry !== registry)
    throw otherRegistry(push.registry, registry)
  if (registry === undefined) throw noRegistry()
  return { ...plain, publish: nameFor(push.imageName ?? build.imageName, owner) }
}

/** People write what they would push to Docker Hub, `me/simulator:v2`: only the end of it is theirs to choose. */
function nameFor(written: string | undefined, owner: ImageOwner): string {
  const last = (written ?? 'image').split('/').at(-1) ?? ''
  const [, name, tag = 'latest'] = /^([a-z0-9]+(?:[._-][a-z0-9]+)*)(?::([A-Za-z0-9_][\w.-]{0,127}))?$/.exec(last) ?? []
  if (name === undefined || name.length > 60) throw badBuiltName(written ?? '')
  return `${namespaceOf(owner)}/${name}:${tag}`
}
