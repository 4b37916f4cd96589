import { type CredentialKeys, type CredentialPair, mintCredential, sealSecret } from '../directory/credential-keys.ts'
import type { Issue } from '../records/enrolment-credentials.ts'
import { newSubmissionId } from '../vocabulary.ts'
import type { Way } from './channel.ts'

export interface IssueOptions {
  readonly account: string
  readonly course: string
  readonly keys: CredentialKeys
  readonly expiresAt?: number | undefined
}

/** New keys whose secret is sealed into the row of its delivery: nobody sees it on the way. */
export function issueFor(options: IssueOptions, { channel, address, byBot = false }: Way): Issue {
  const { account, course, keys } = options
  const { issue, pair } = issueShown(options)
  const id = newSubmissionId()
  const sealed = sealSecret(pair.secretKey, id, keys)
  return { ...issue, delivery: { id, account, course, accessKey: pair.accessKey, channel, address, sealed, byBot } }
}

/** New keys for somebody who stands before the screen. */
export function issueShown({ account, keys, expiresAt }: IssueOptions): { issue: Issue; pair: CredentialPair } {
  const { accessKey, secretKey, secretHash } = mintCredential(keys)
  const credential = { accessKey, secretHash, account, ...(expiresAt === undefined ? {} : { expiresAt }) }
  return { issue: { credential }, pair: { accessKey, secretKey } }
}
