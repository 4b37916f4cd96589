import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

/**
 * The keys that RAI of 2017 computed from the app secret (`auth.provider: secret`): both are hashes in the form
 * `$s2$N$r$p$salt$hash` of passlib, the access key's of `<app secret>:::<username>`, the secret key's of
 * `<app secret>:::<access key>`. They are only read here; nothing makes them.
 */
export interface OriginalPair {
  readonly username: string
  readonly accessKey: string
  readonly secretKey: string
}

const prefix = '$s2$'
/** What passlib wrote is 16384, 8, 1: 16 MiB. A pair that asks for much more was not made by it. */
const most = { memory: 64 * 1024 * 1024, r: 16, p: 4 }

export function isOriginalKey(accessKey: string): boolean {
  return accessKey.includes(prefix)
}

/** `ada:$s2$…`: the access key does not tell whose it is, so people write their username before it. */
export function splitOriginalKey(text: string): Pick<OriginalPair, 'username' | 'accessKey'> | undefined {
  const match = /^([a-z0-9._-]{1,100}):(\$s2\$\S{1,300})$/i.exec(text.trim())
  return match === null ? undefined : { username: (match[1] ?? '').toLowerCase(), accessKey: match[2] ?? '' }
}

/** Whether both keys are this person's. The original itself compared neither. */
export async function isOriginalPair(
  { username, accessKey, secretKey }: OriginalPair,
  appSecret: string,
): Promise<boolean> {
  // Both are computed whatever the first says, so that the time tells nothing.
  const access = await fits(accessKey, `${appSecret}:::${username}`)
  const secret = await fits(secretKey.trim(), `${appSecret}:::${accessKey}`)
  return access && secret
}

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt)
const costSchema = z.tuple([z.coerce.number().int(), z.coerce.number().int(), z.coerce.number().int()])

async function fits(hash: string, password: string): Promise<boolean> {
  if (!hash.startsWith(prefix)) return false
  const [n, blocks, lanes, salt = '', expected = '', more] = hash.slice(prefix.length).split('$')
  const { data: cost } = costSchema.safeParse([n, blocks, lanes])
  const wanted = Buffer.from(expected, 'base64')
  if (cost === undefined || more !== undefined || wanted.length !== 32) return false
  const [N, r, p] = cost
  const isPower = N >= 2 && (N & (N - 1)) === 0
  if (!isPower || r < 1 || r > most.r || p < 1 || p > most.p || 128 * N * r > most.memory) return false
  const made = await derive(password, Buffer.from(salt, 'base64'), wanted.length, { N, r, p, maxmem: 2 * most.memory })
  return timingSafeEqual(made, wanted)
}
