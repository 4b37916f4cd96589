/** The name of an image, taken apart. */
export interface ImageName {
  /** As people write it: without Docker Hub's own host and `library/`. `ghcr.io/course/base`. */
  readonly repository: string
  /** `latest` where neither a tag nor a digest was written. */
  readonly tag?: string
  /** `sha256:` and 64 hex digits. It decides alone what runs, whatever the tag says. */
  readonly digest?: string
}

const host = /(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d{1,5})?|[a-z0-9-]+:\d{1,5}|localhost)/.source
const component = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/.source
const pattern = new RegExp(
  `^((?:${host}/)?${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
)

/**
 * `undefined` for what is no name. Never gives what an engine could take for the id of an image: ids reach every image
 * of a host, whoever it belongs to.
 */
export function parseImageName(text: string): ImageName | undefined {
  if (text.length > 255) return undefined
  const [, written, tag, digest] = pattern.exec(text) ?? []
  if (written === undefined) return undefined
  const repository = familiar(written)
  if (repository === 'sha256' || /^[0-9a-f]{64}$/.test(repository)) return undefined
  if (digest !== undefined) return { repository, digest, ...(tag === undefined ? {} : { tag }) }
  return { repository, tag: tag ?? 'latest' }
}

function familiar(repository: string): string {
  return repository.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '').replace(/^library\/(?=[^/]+$)/, '')
}

/** The name in full, with its tag: never just what might be an id. */
function formatImageName({ repository, tag, digest }: ImageName): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** The same name for the same image, or `undefined`: `gcc` and `docker.io/library/gcc:latest` are `gcc:latest`. */
export function canonicalImage(text: string): string | undefined {
  const name = parseImageName(text)
  return name === undefined ? undefined : formatImageName(name)
}
