import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { ProviderError } from '../errors.ts'
import type { GitOptions } from './git-options.ts'
import { gitAddressPrivate, gitHostUnknown } from './git-refusals.ts'

/**
 * All addresses of a host, each checked: one that is private refuses the host. What connects must use these very
 * addresses, because a second look-up may answer differently.
 */
export async function checkedAddresses(host: string, options: GitOptions): Promise<readonly string[]> {
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host, options)
  const isAllowed = options.allowPrivateAddresses === true || addresses.every(isPublic)
  if (!isAllowed) throw gitAddressPrivate(host)
  return addresses
}

async function resolve(host: string, options: GitOptions): Promise<readonly string[]> {
  try {
    const addresses = await (options.resolve ?? resolveBySystem)(host)
    if (addresses.length === 0) throw gitHostUnknown(host)
    return addresses
  } catch (error) {
    throw codeOf(error) === 'ENOTFOUND' ? gitHostUnknown(host) : asProviderError(error)
  }
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function asProviderError(error: unknown): unknown {
  // Whatever the resolver says, it says with a code; without one it is no answer of a resolver.
  if (typeof codeOf(error) !== 'string') return error
  return new ProviderError({ provider: 'git', operation: 'look up a host', retryable: true, cause: error })
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/** Whether packets to this address leave for the public internet, also when it wraps an IPv4 address. */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast'
  if (address.match(nat64)) return isPublic(address.toByteArray().slice(12).join('.'))
  return address.range() === 'unicast' && address.match(globalUnicast)
}
