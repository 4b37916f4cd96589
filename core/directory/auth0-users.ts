import { z } from 'zod'
import type { Auth0Api } from './auth0-api.ts'
import { type Role, rightsOf, toRole } from './rights.ts'

/** Somebody as Auth0 has them, in the original's fields. */
export interface Auth0User {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly affiliation: string
  readonly role: Role
  /** They gave themselves a staff's role in what people may change of themselves; it does not count. */
  readonly claimed?: Role
  readonly team?: string
  readonly blocked: boolean
}

const metadataSchema = z.looseObject({
  username: z.string().optional(),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  affiliation: z.string().optional(),
  role: z.string().optional(),
  team: z.string().optional(),
})
const userSchema = z.object({
  user_id: z.string(),
  username: z.string().optional(),
  email: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  created_at: z.string(),
  blocked: z.boolean().optional(),
  user_metadata: metadataSchema.default({}),
  app_metadata: metadataSchema.default({}),
})
const pageSchema = z.object({ users: z.array(userSchema), total: z.number() })

const perPage = 100
/** Auth0 gives the first 1,000 of what a search finds; the next search begins where they ended. */
const pages = 10
const mostUsers = 50_000

/** Everybody of a connection, the oldest account first. Rejects with a `ProviderError`. */
export async function* allUsers(api: Auth0Api, connection: string): AsyncGenerator<Auth0User> {
  const seen = new Set<string>()
  for (let since = '*'; seen.size < mostUsers; ) {
    let last: string | undefined
    let found = 0
    for (let page = 0; page < pages; page += 1) {
      const query = `identities.connection:"${connection}" AND created_at:[${since} TO *]`
      const answer = await search(api, query, page)
      for (const user of answer) {
        last = user.created_at
        if (seen.has(user.user_id)) continue
        seen.add(user.user_id)
        found += 1
        yield toUser(user)
      }
      if (answer.length < perPage) return
    }
    if (last === undefined || found === 0) return
    since = last
  }
}

/** `undefined` where there is no such person, or more than one. */
export async function userNamed(api: Auth0Api, connection: string, username: string): Promise<Auth0User | undefined> {
  if (!/^[\w.+-]{1,128}$/.test(username)) return undefined
  const found = await search(api, `identities.connection:"${connection}" AND username:"${username}"`, 0)
  const [user, another] = found.map(toUser).filter((one) => one.username === username.toLowerCase())
  return another === undefined ? user : undefined
}

async function search(api: Auth0Api, q: string, page: number) {
  const query = { q, page: String(page), per_page: String(perPage), search_engine: 'v3', sort: 'created_at:1' }
  return (await api.get('users', { ...query, include_totals: 'true' }, pageSchema))?.users ?? []
}

/** What people may change of themselves (`user_metadata`) makes nobody staff; `app_metadata` is the administrators'. */
function toUser({ user_metadata: own, app_metadata: set, ...user }: z.infer<typeof userSchema>): Auth0User {
  const claimed = toRole((own.role ?? 'student').toLowerCase())
  const isTooMuch = rightsOf(claimed).staff || claimed === 'power'
  const role = set.role === undefined ? (isTooMuch ? 'student' : claimed) : toRole(set.role.toLowerCase())
  const team = set.team ?? own.team
  return {
    id: user.user_id,
    username: (user.username ?? own.username ?? '').toLowerCase(),
    email: user.email ?? '',
    firstName: own.firstname ?? user.given_name ?? '',
    lastName: own.lastname ?? user.family_name ?? '',
    affiliation: own.affiliation ?? '',
    role,
    ...(set.role === undefined && isTooMuch ? { claimed } : {}),
    ...(team === undefined ? {} : { team }),
    blocked: user.blocked === true,
  }
}
