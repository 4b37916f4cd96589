import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isIPv6 } from 'node:net'
import type { GitAddress } from './git-options.ts'
import { repositoryUnreachable } from './git-refusals.ts'

const discovery = '/info/refs?service=git-upload-pack'
const answerMs = 15_000

/**
 * Where a repository has moved to: asks the pinned address itself, reads nothing but the header, and leaves it to the
 * caller to check the new address like any other. Hosts redirect renamed repositories this way.
 */
export async function redirectTarget(
  address: GitAddress,
  addresses: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const location = await askForLocation(new URL(`${address.url}${discovery}`), addresses, signal)
  if (location === undefined || !URL.canParse(location, address.url)) throw repositoryUnreachable(address.url)
  const target = new URL(location, address.url)
  if (!target.pathname.endsWith('/info/refs')) throw repositoryUnreachable(address.url)
  target.search = ''
  target.pathname = target.pathname.slice(0, -'/info/refs'.length)
  return target.href
}

function askForLocation(url: URL, addresses: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  const options: RequestOptions = {
    lookup: pinnedLookup(addresses),
    headers: { 'user-agent': 'git/2 (RAI)' },
    signal: AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal === undefined ? [] : [signal])]),
    agent: false,
  }
  const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      resolve(response.headers.location)
      response.destroy()
    })
    // Whatever it is, it is the server's doing, unless nobody wants the answer any more.
    request.once('error', (error) => reject(signal?.aborted ? error : repositoryUnreachable(url.origin)))
    request.end()
  })
}

function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  return (_host, { all }, callback) => {
    const [first] = found
    if (all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family ?? 4)
  }
}
