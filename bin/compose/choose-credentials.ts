import { createSubmitterCredentials, type SubmitterCredentials } from '../../core/repository/credentials.ts'
import type { RepositoryCredentials } from '../../core/repository/github-app.ts'
import type { Deployment } from './deployment.ts'
import { readNamed } from './read-named.ts'

/** How private repositories are fetched. `undefined` where the configuration gives no credentials for them. */
export async function chooseCredentials({ config, records }: Deployment): Promise<SubmitterCredentials | undefined> {
  const provide = await providerOf(config.source)
  if (provide === undefined) return undefined
  return createSubmitterCredentials({
    repositories: records.repositories,
    origin: config.source.repository_origin.replace(/\/$/, ''),
    provide,
  })
}

async function providerOf(source: Deployment['config']['source']): Promise<RepositoryCredentials | undefined> {
  const { github_app_id: appId, github_app_key_file: keyFile, repository_token: password } = source
  if (appId !== undefined && keyFile !== undefined) {
    const { createGitHubApp } = await import('../../core/repository/github-app.ts')
    const privateKey = await readNamed('source.github_app_key_file', keyFile)
    return createGitHubApp({ api: source.github_api, appId, privateKey })
  }
  return password === undefined ? undefined : async () => ({ username: source.repository_username, password })
}
