import type { Route } from './route.ts'

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)

/** Routes with fewer parameters first, so that `@me` is not taken for a user's id. */
const bySpecificity = (a: Route, b: Route): number => a.path.split('{').length - b.path.split('{').length

export const createRouter = (routes: readonly Route[]) => {
  const patterns = [...routes].sort(bySpecificity).map((route) => ({ route, pattern: pattern(route.path) }))
  return (method: string, encoded: string): Match | undefined => {
    // discord.js encodes the `@` of `@original` and `@me`.
    const path = encoded.replaceAll('%40', '@')
    for (const { route, pattern: expected } of patterns) {
      const groups = route.method === method ? expected.exec(path)?.groups : undefined
      if (route.method === method && expected.test(path))
        return { route, params: Object.fromEntries(decoded(groups ?? {})) }
    }
    return undefined
  }
}

const decoded = (groups: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)])

/** The parameter that tells buckets of one route apart: a channel, a server, or a webhook with its token. */
export const majorOf = ({ channel_id, guild_id, webhook_id, webhook_token }: Match['params']): string =>
  channel_id ?? guild_id ?? (webhook_id === undefined ? 'global' : `${webhook_id}/${webhook_token}`)
