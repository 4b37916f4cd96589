import type { GitAddress, GitOptions } from './git-options.ts'
import {
  credentialsInUrl,
  gitHostNotAllowed,
  gitProtocolNotAllowed,
  notARepositoryUrl,
  refNotValid,
} from './git-refusals.ts'
import { checkedPath } from './names.ts'

type UrlPolicy = Pick<GitOptions, 'allowHttp' | 'ssh' | 'allowedHosts'>

const urlCharacters = 2048
const ports: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'ssh:': 22 }

/**
 * What a person typed as a repository, as git will be told of it. Synchronous and without any look-up, for an answer
 * at once. Takes `https://host/org/repo` with or without `.git`, `host/org/repo`, what a browser shows on GitHub,
 * GitLab and Bitbucket (`…/tree/<branch>/<folder>`), `#ref` and `#ref:folder`, and `git@host:org/repo` where ssh is
 * configured. A branch with slashes is split when it is looked up. Throws a `Refusal`, which never quotes credentials.
 */
export function checkGitUrl(text: string, policy: UrlPolicy): GitAddress {
  const url = parseUrl(text.trim())
  checkProtocol(url, policy)
  if (url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:')) throw credentialsInUrl()
  checkHost(url.hostname, policy)
  const { path, ...shown } = splitBrowserPath(pathNames(url))
  const { ref, folder } = { ...shown, ...splitFragment(url) }
  const user = url.protocol === 'ssh:' ? `${url.username || 'git'}@` : ''
  return {
    url: `${url.protocol}//${user}${url.host}/${path.map(encodeURIComponent).join('/')}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (ports[url.protocol] ?? 0) : Number(url.port),
    ...(ref === undefined || ref === '' ? {} : { ref: checkRef(ref) }),
    ...(folder === undefined || folder === '' ? {} : { folder: checkedPath(folder) }),
  }
}

function parseUrl(text: string): URL {
  if (text.length > urlCharacters || text.startsWith('-') || /[\s\p{Cc}<>"`|\\]/u.test(text)) throw notARepositoryUrl()
  const scp = /^(?:([\w.-]+)@)([\w.-]+):(?!\/\/)(.+)$/.exec(text)
  if (scp !== null) return toUrl(`ssh://${scp[1]}@${scp[2]}/${scp[3]}`)
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\//i.test(text)) return toUrl(`https://${text}`)
  return toUrl(text)
}

function toUrl(text: string): URL {
  if (!URL.canParse(text)) throw notARepositoryUrl()
  return new URL(text)
}

function checkProtocol(url: URL, { allowHttp, ssh }: UrlPolicy): void {
  const allowed = ['https:', ...(allowHttp === true ? ['http:'] : []), ...(ssh === undefined ? [] : ['ssh:'])]
  if (!allowed.includes(url.protocol)) throw gitProtocolNotAllowed(url.protocol, allowed)
  if (url.hostname === '' || url.hostname.startsWith('-')) throw notARepositoryUrl()
  if (url.username.startsWith('-')) throw notARepositoryUrl()
}

function checkHost(host: string, { allowedHosts }: UrlPolicy): void {
  const matches = (pattern: string) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern)
  if (allowedHosts !== undefined && !allowedHosts.some(matches)) throw gitHostNotAllowed(host, allowedHosts)
}

function pathNames(url: URL): string[] {
  const names = url.pathname.split('/').filter((name) => name !== '')
  return names.map(decoded)
}

function decoded(text: string): string {
  try {
    const plain = decodeURIComponent(text)
    if (/[\p{Cc}/]/u.test(plain) || plain === '..') throw notARepositoryUrl()
    return plain
  } catch {
    throw notARepositoryUrl()
  }
}

interface BrowserPath {
  readonly path: readonly string[]
  readonly ref?: string
  readonly folder?: string
}

/** `org/repo/tree/main/src` on GitHub, `group/org/repo/-/tree/main/src` on GitLab, `org/repo/src/main/x` on Bitbucket. */
function splitBrowserPath(names: readonly string[]): BrowserPath {
  const dash = names.indexOf('-')
  const verbAt = dash > 0 ? dash + 1 : 2
  const verb = names[verbAt]
  const path = names.slice(0, dash > 0 ? dash : verbAt)
  const isView = dash > 0 || (names.length > 3 && ['tree', 'commit', 'src', 'blob'].includes(verb ?? ''))
  if (names.length === 0) throw notARepositoryUrl()
  if (!isView) return { path: names }
  const [ref, ...folder] = names.slice(verbAt + 1)
  if (verb === 'blob') throw notARepositoryUrl()
  return ref === undefined ? { path } : { path, ref, folder: folder.join('/') }
}

function splitFragment(url: URL): { ref?: string; folder?: string } {
  if (url.hash.length < 2) return {}
  const [ref = '', folder = ''] = url.hash
    .slice(1)
    .split(':')
    .map((part) => part.split('/').map(decoded).join('/'))
  return { ref, folder }
}

/** What may name a branch, a tag or a commit: git's own rules, and never an option. */
export function checkRef(ref: string): string {
  const valid = /^[^\p{Cc} ~^:?*[\\]{1,200}$/u.test(ref) && !/^[-/.]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[/.]$/.test(ref)
  if (!valid || ref === '@') throw refNotValid(ref)
  return ref
}
