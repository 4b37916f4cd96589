import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { createOriginalVerifier, createVerifier, type VerifyCredentials } from '../../core/directory/credentials.ts'
import type { Deployment } from './deployment.ts'

/** Which keys people sign in with: ours, and where the configuration says so the original's as well. */
export function chooseVerifier({ config, records, secret }: Deployment): VerifyCredentials {
  const shared = { guesses: records.enrolment.guesses, people: records.people }
  const otherwise = createVerifier({ ...shared, keys: credentialKeys(secret) })
  if (config.auth.provider !== 'secret') return otherwise
  return createOriginalVerifier({ ...shared, appSecret: secret, otherwise })
}
