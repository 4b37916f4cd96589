import type { VerifyCredentials } from '../core/directory/credentials.ts'
import type { Directory } from '../core/directory/directory.ts'
import type { Logger } from '../core/logger/logger.ts'
import type { Audit } from '../core/records/audit.ts'
import type { Account, Identity, People } from '../core/records/people.ts'
import { createCache } from './cache.ts'
import { linkIdentity, subjectOf, unlinkIdentity } from './identity.ts'

/** How somebody was found whom nobody asked for keys. */
export type FoundBy = 'address' | 'roster'

export interface Found {
  readonly account: Account
  readonly by: FoundBy
}

export interface SignInOptions {
  readonly directory: Pick<Directory, 'identify'>
  readonly people: Pick<People, 'link' | 'unlink'>
  readonly audit: Audit
  readonly logger: Logger
  /** The one account that somebody is for sure; `undefined` where that is not safe to say. */
  readonly find: (identity: Identity) => Promise<Found | undefined>
  /** Looks again what somebody's groups make of them. Never rejects. */
  readonly refreshRoles?: ((identity: Identity, account: Account) => Promise<void>) | undefined
  /** Checks a pair of keys. Without it there is no form for them. */
  readonly verify?: VerifyCredentials | undefined
  /** Tells a person of a sign-in that they did not ask for. Never rejects. */
  readonly tell: (identity: Identity, found: Found) => Promise<void>
}

/** How a person in a chat becomes an account. */
export interface SignIn {
  /** Signs somebody in where that is safe without asking; otherwise does nothing. */
  known(identity: Identity): Promise<void>
  /** Rejects with a `Refusal` when the keys are wrong. */
  withKeys(identity: Identity, accessKey: string, secretKey: string): Promise<Account>
  /** Answers whether they were signed in. From then on they are not signed in without being asked. */
  leave(identity: Identity): Promise<boolean>
  readonly takesKeys: boolean
}

/** Strangers are not looked up again and again. */
const unknownFor = { entries: 5_000, ms: 5 * 60_000 }
const auditRows = 1_000

export function createSignIn(options: SignInOptions): SignIn {
  const { directory, audit, verify, find, tell, refreshRoles } = options
  const unknown = createCache<true>(unknownFor)

  const link = (identity: Identity, { id }: Account, by: FoundBy | 'keys') =>
    linkIdentity(options, { identity, account: id, actor: by === 'keys' ? id : 'system', by })

  async function recognise(identity: Identity): Promise<Account | undefined> {
    const key = subjectOf(identity)
    const known = await directory.identify(identity)
    if (known !== undefined || unknown.get(key)) return known
    const found = (await left(audit, key)) ? undefined : await find(identity)
    if (found === undefined) {
      unknown.set(key, true)
      return undefined
    }
    await link(identity, found.account, found.by)
    await tell(identity, found)
    return found.account
  }

  return {
    takesKeys: verify !== undefined,
    async known(identity) {
      const account = await recognise(identity)
      if (account !== undefined) await refreshRoles?.(identity, account)
    },
    async withKeys(identity, accessKey, secretKey) {
      if (verify === undefined) throw new TypeError('createSignIn: no verify for keys')
      const { account } = await verify(accessKey, secretKey, subjectOf(identity))
      await link(identity, account, 'keys')
      unknown.delete(subjectOf(identity))
      return account
    },
    async leave(identity) {
      const account = await directory.identify(identity)
      if (account === undefined) return false
      await unlinkIdentity(options, identity, account)
      return true
    },
  }
}

/** Whoever signed out meant it. */
async function left(audit: Audit, subject: string): Promise<boolean> {
  return (await audit.ofSubject(subject, auditRows)).at(-1)?.action === 'identity.unlink'
}

/** Of several nobody can say which one it is. */
export function onlyOne(accounts: readonly Account[]): Account | undefined {
  const [account, another] = accounts.filter(({ disabled }) => !disabled)
  return another === undefined ? account : undefined
}
