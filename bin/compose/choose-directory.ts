import type { Config } from '../../core/config/schema.ts'
import type { Courses } from '../../core/course/course.ts'
import { type Auth0Api, createAuth0Api } from '../../core/directory/auth0-api.ts'
import { createAuth0Directory } from '../../core/directory/auth0-directory.ts'
import { userNamed } from '../../core/directory/auth0-users.ts'
import { createDatabaseDirectory, type Directory } from '../../core/directory/directory.ts'
import { ConfigError } from '../../core/errors.ts'
import type { Records } from '../../core/records/records.ts'

/** Who knows the people: the records alone, or Auth0 beside them. */
export function chooseDirectory(config: Config, { people }: Records, courses: Pick<Courses, 'byName'>): Directory {
  const overrides = (name: string) => courses.byName(name)?.rights
  const database = createDatabaseDirectory(people, overrides)
  if (config.auth.provider !== 'auth0') return database
  const api = auth0Of(config)
  const find = (username: string) => userNamed(api, config.auth.connection, username)
  return createAuth0Directory({ database, people, find, overrides })
}

/** The configured tenant. Throws a `ConfigError` that names what is missing. */
export function auth0Of({ auth }: Config): Auth0Api {
  const { domain, client_id: clientId, client_secret: clientSecret } = auth
  if (domain === undefined || clientId === undefined || clientSecret === undefined) {
    const problem =
      'Auth0 needs `domain`, `client_id` and `client_secret` of a machine-to-machine application that may `read:users`'
    throw new ConfigError([{ key: 'auth', problem }])
  }
  return createAuth0Api({ domain, clientId, clientSecret })
}
