import { createHash } from 'node:crypto'
import { parseImageName } from './name.ts'

/** Whose images somebody may use, besides those for everybody. */
export interface ImageOwner {
  readonly course: string
  readonly team?: string
  /** Whose it is where there is no team. */
  readonly account: string
}

/** Where built images live: `rai/<course>/<team or user>/<name>`. */
const root = 'rai'

/** `rai/ece408/team-rocket`: the start of every name that an owner's images have. */
export function namespaceOf({ course, team, account }: ImageOwner): string {
  const owner = team === undefined ? `user-${component(account)}` : `team-${component(team)}`
  return `${root}/${component(course)}/${owner}`
}

/** A text as one part of a name. What had to be changed for that carries a digest, so that two never become one. */
function component(text: string): string {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && text.length <= 40) return text
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 28)
    .replaceAll(/^-+|-+$/g, '')
  // `.` is in no plain text, so this is nobody else's.
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return plain === '' ? `x.${digest}` : `${plain}.${digest}`
}

/**
 * The namespace an image lies in, on this host or in a registry, whatever stands in front; `undefined` for an image
 * that is for everybody.
 */
export function privateNamespace(image: string): string | undefined {
  const repository = parseImageName(image)?.repository
  return repository === undefined ? undefined : /(?:^|\/)(rai\/[^/]+\/[^/]+)\/[^/]+$/.exec(repository)?.[1]
}
