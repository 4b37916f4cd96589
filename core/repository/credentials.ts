import type { Course } from '../course/course.ts'
import type { Repositories } from '../records/repositories.ts'
import type { GitCredentials } from '../source/git-options.ts'
import type { RepositoryCredentials } from './github-app.ts'
import { canonicalPath, isOwnRepository } from './own-repository.ts'

export interface CredentialsOptions {
  readonly repositories: Repositories
  /** The one place the credentials are for: `https://github.com`. */
  readonly origin: string
  /** Where they come from: a GitHub App, or one token for all. */
  readonly provide: RepositoryCredentials
}

/** Whose submission, and for what. */
export interface Submitter {
  readonly account: string
  readonly team?: string
  readonly assignment?: string
}

/** Credentials for a repository of the submitter's own, else `undefined`: then git asks as anybody. */
export type SubmitterCredentials = (
  url: string,
  submitter: Submitter,
  course: Pick<Course, 'name' | 'repository' | 'assignments'>,
) => Promise<GitCredentials | undefined>

export function createSubmitterCredentials(options: CredentialsOptions): SubmitterCredentials {
  const { repositories, origin, provide } = options
  return async (url, { account, team, assignment }, course) => {
    const path = canonicalPath(url, origin)
    if (path === undefined) return undefined
    const owner = await repositories.ownerOf(account, course.name)
    if (owner === undefined) return undefined
    const own = await isOwnRepository(
      url,
      { ...owner, ...(team === undefined ? {} : { team }) },
      {
        origin,
        ...(course.repository === undefined ? {} : { pattern: course.repository }),
        patterns: patternsOf(course),
        assignments: (course.assignments ?? []).map(({ name }) => name),
        ...(assignment === undefined ? {} : { assignment }),
        isTaken: (kind, name) => repositories.isTaken(course.name, kind, name),
      },
    )
    return own ? provide(path) : undefined
  }
}

function patternsOf({ assignments = [] }: Pick<Course, 'assignments'>): ReadonlyMap<string, string> {
  return new Map(assignments.flatMap(({ name, repository }) => (repository === undefined ? [] : [[name, repository]])))
}
