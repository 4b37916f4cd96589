import type { Credential } from '../records/enrolment-credentials.ts'
import type { Guesses } from '../records/enrolment-guesses.ts'
import type { Account, People } from '../records/people.ts'
import { isAccessKey } from '../secret/keyed-hash.ts'
import type { CredentialKeys } from './credential-keys.ts'
import { credentialsExpired, originalNeedsUsername, tooManyGuesses, wrongCredentials } from './credential-refusals.ts'
import { isOriginalKey, isOriginalPair, splitOriginalKey } from './original-keys.ts'

export interface VerifyOptions {
  readonly guesses: Guesses
  readonly people: Pick<People, 'byId'>
  readonly keys: Pick<CredentialKeys, 'pepper'>
}

interface Verified {
  readonly account: Account
  /** Absent for the original's keys, of which the records know nothing. */
  readonly credential?: Credential
}

/** Checks a pair of keys. `source` is who asks, such as `slack:T024BE7LH:U5`: its wrong tries slow it down. */
export type VerifyCredentials = (accessKey: string, secretKey: string, source: string) => Promise<Verified>

/**
 * Rejects with a `Refusal`: wrong keys (which does not tell whether the access key exists), keys that are over, or a
 * try too soon after many wrong ones. Tries at the same time are judged one after the other.
 */
export function createVerifier({ guesses, people, keys }: VerifyOptions): VerifyCredentials {
  return async (accessKey, secretKey, source) => {
    const matches = (hash: string) => isAccessKey(secretKey.trim(), hash, keys.pepper)
    const judgement = await guesses.judge({ accessKey: accessKey.trim(), source, matches })
    if (judgement.kind === 'too-many') throw tooManyGuesses(judgement.waitMs)
    if (judgement.kind === 'wrong' || judgement.disabled) throw wrongCredentials()
    if (judgement.expired) throw credentialsExpired(judgement.credential.expiresAt ?? 0)
    const account = await people.byId(judgement.credential.account)
    if (account === undefined) throw wrongCredentials()
    return { account, credential: judgement.credential }
  }
}

export interface OriginalVerifyOptions extends Omit<VerifyOptions, 'people' | 'keys'> {
  readonly people: Pick<People, 'byUsername'>
  /** What the original's keys were computed from. */
  readonly appSecret: string
  /** For all keys that are not the original's. */
  readonly otherwise: VerifyCredentials
}

/**
 * Also takes the original's keys, `<username>:<access key>`, of people who are enrolled here. Every try with them counts
 * as a wrong one until the owner has keys of ours, so that they cannot be guessed any faster.
 */
export function createOriginalVerifier(options: OriginalVerifyOptions): VerifyCredentials {
  const { guesses, people, appSecret, otherwise } = options
  return async (text, secretKey, source) => {
    if (!isOriginalKey(text)) return otherwise(text, secretKey, source)
    const split = splitOriginalKey(text)
    if (split === undefined) throw originalNeedsUsername()
    const judgement = await guesses.judge({ accessKey: split.accessKey, source, matches: () => false })
    if (judgement.kind === 'too-many') throw tooManyGuesses(judgement.waitMs)
    const right = await isOriginalPair({ ...split, secretKey }, appSecret)
    const account = right ? await people.byUsername(split.username) : undefined
    if (account === undefined || account.disabled) throw wrongCredentials()
    return { account }
  }
}
