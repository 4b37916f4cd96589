import type { Credential } from '../records/enrolment-credentials.ts'
import type { Guesses } from '../records/enrolment-guesses.ts'
import type { Account, People } from '../records/people.ts'
import { isAccessKey } from '../secret/keyed-hash.ts'
import type { CredentialKeys } from './credential-keys.ts'
import { credentialsExpired, tooManyGuesses, wrongCredentials } from './credential-refusals.ts'

export interface VerifyOptions {
  readonly guesses: Guesses
  readonly people: Pick<People, 'byId'>
  readonly keys: Pick<CredentialKeys, 'pepper'>
}

interface Verified {
  readonly account: Account
  readonly credential: Credential
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
