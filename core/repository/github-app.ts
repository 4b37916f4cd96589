import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { messageOf, ProviderError } from '../errors.ts'
import type { GitCredentials } from '../source/git-options.ts'

export interface GitHubAppOptions {
  /** `https://api.github.com`. */
  readonly api: string
  readonly appId: string
  /** PEM, as GitHub hands it out. */
  readonly privateKey: string
  readonly now?: () => number
}

/** Gives credentials for one repository (`owner/name`), or `undefined` where the App is not installed for it. */
export type RepositoryCredentials = (path: string) => Promise<GitCredentials | undefined>

interface Token {
  readonly credentials: GitCredentials
  readonly expiresAt: number
}

const answerMs = 15_000
/** A token is not handed out that would end while git still works. */
const spareMs = 10 * 60_000
const keptTokens = 500
/** `owner/name`, neither of which leads elsewhere in a URL. */
const repositoryName = /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/

const installationSchema = z.object({ id: z.number().int() })
const tokenSchema = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) })

/**
 * Tokens of a GitHub App, each for reading the contents of one repository and for nothing else, for an hour. Callers at
 * once share one request. Rejects with a `ProviderError`.
 */
export function createGitHubApp({ now = Date.now, ...options }: GitHubAppOptions): RepositoryCredentials {
  const tokens = new Map<string, Token>()
  const asking = new Map<string, Promise<GitCredentials | undefined>>()

  async function ask(path: string): Promise<GitCredentials | undefined> {
    const jwt = await signIn(options, now())
    const found = await call(options, jwt, 'GET', `/repos/${path}/installation`)
    if (found === undefined) return undefined
    const { id } = parse(installationSchema, found)
    const body = { repositories: [path.split('/')[1]], permissions: { contents: 'read' } }
    const made = await call(options, jwt, 'POST', `/app/installations/${id}/access_tokens`, body)
    if (made === undefined) return undefined
    const { token, expires_at } = parse(tokenSchema, made)
    const credentials = { username: 'x-access-token', password: token }
    tokens.delete(path)
    tokens.set(path, { credentials, expiresAt: Date.parse(expires_at) })
    const [oldest] = tokens.keys()
    if (tokens.size > keptTokens && oldest !== undefined) tokens.delete(oldest)
    return credentials
  }

  return async (path) => {
    if (!repositoryName.test(path)) return undefined
    const known = tokens.get(path)
    if (known !== undefined && known.expiresAt - spareMs > now()) return known.credentials
    const running = asking.get(path) ?? ask(path).finally(() => asking.delete(path))
    asking.set(path, running)
    return running
  }
}

/** GitHub takes ten minutes at most, and clocks differ. */
async function signIn({ appId, privateKey }: GitHubAppOptions, now: number): Promise<string> {
  const seconds = Math.floor(now / 1000)
  try {
    return await new SignJWT()
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(appId)
      .setIssuedAt(seconds - 60)
      .setExpirationTime(seconds + 9 * 60)
      .sign(createPrivateKey(privateKey))
  } catch (cause) {
    // The key itself must be in no message.
    const reason = new Error(`the App's private key cannot sign: ${messageOf(cause).slice(0, 100)}`)
    throw failure('sign in as an App', false, reason)
  }
}

async function call(
  { api }: GitHubAppOptions,
  jwt: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const operation = method === 'GET' ? "find the App's installation" : 'make a token for a repository'
  const response = await fetch(`${api.replace(/\/$/, '')}${path}`, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${jwt}`,
      'user-agent': 'RAI',
      'x-github-api-version': '2022-11-28',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw failure(operation, true, cause)
  })
  if (response.ok) return response.json()
  await response.body?.cancel()
  // 422: installed, and not for this repository.
  if (response.status === 404 || response.status === 422) return undefined
  const limited = response.status === 429 || response.headers.get('x-ratelimit-remaining') === '0'
  const retryable = limited || response.status >= 500 || response.headers.has('retry-after')
  throw failure(operation, retryable, new Error(limited ? 'the rate limit is met' : `HTTP ${response.status}`))
}

function parse<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
  const { data, success } = schema.safeParse(answer)
  if (!success) throw failure('read an answer', false, new Error('it is not what the API describes'))
  return data
}

function failure(operation: string, retryable: boolean, cause: unknown): ProviderError {
  return new ProviderError({ provider: 'github', operation, retryable, cause })
}
