import type { VerifyCredentials } from '../../core/directory/credentials.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Audit } from '../../core/records/audit.ts'
import type { Account, Identity, People } from '../../core/records/people.ts'
import { createCache } from '../cache.ts'
import type { Api } from './api.ts'

export interface SignInOptions {
  readonly api: Api
  readonly workspace: string
  readonly directory: Pick<Directory, 'identify'>
  readonly people: Pick<People, 'link' | 'unlink'>
  readonly audit: Audit
  readonly logger: Logger
  /** Everybody in a roster with this address. Without it nobody is signed in by address. */
  readonly byEmail?: ((emails: readonly string[]) => Promise<readonly Account[]>) | undefined
  /** Checks a pair of keys. Without it there is no form for them. */
  readonly verify?: VerifyCredentials | undefined
  /** Tells both sides of a sign-in that nobody asked for. */
  readonly tell: (identity: Identity, account: Account) => Promise<void>
}

/** How a person in the workspace becomes an account. */
export interface SignIn {
  /** Signs somebody in by their address where that is safe; otherwise does nothing. */
  known(identity: Identity): Promise<void>
  /** Rejects with a `Refusal` when the keys are wrong. */
  withKeys(identity: Identity, accessKey: string, secretKey: string): Promise<Account>
  /** Answers whether they were signed in. From then on they are not signed in by address. */
  leave(identity: Identity): Promise<boolean>
  readonly takesKeys: boolean
}

/** Strangers are not looked up again and again. */
const unknownFor = { entries: 5_000, ms: 5 * 60_000 }
const auditRows = 1_000

export function createSignIn(options: SignInOptions): SignIn {
  const { directory, people, audit, logger, verify, tell } = options
  const unknown = createCache<true>(unknownFor)

  async function link(identity: Identity, account: Account, by: 'address' | 'keys'): Promise<void> {
    await people.link(identity, account.id)
    await audit.write({
      actor: by === 'keys' ? account.id : 'system',
      action: 'identity.link',
      subject: subjectOf(identity),
      detail: { account: account.id, by },
    })
    logger.info({ ...identity, account: account.id, by }, 'signed in')
  }

  return {
    takesKeys: verify !== undefined,
    async known(identity) {
      const key = subjectOf(identity)
      if (unknown.get(key) || (await directory.identify(identity)) !== undefined) return
      const account = (await left(audit, identity)) ? undefined : await accountByAddress(options, identity)
      if (account === undefined) return unknown.set(key, true)
      await link(identity, account, 'address')
      await tell(identity, account)
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
      await people.unlink(identity)
      const detail = { account: account.id }
      await audit.write({ actor: account.id, action: 'identity.unlink', subject: subjectOf(identity), detail })
      return true
    },
  }
}

function subjectOf({ platform, workspace, user }: Identity): string {
  return `${platform}:${workspace}:${user}`
}

/** Whoever signed out meant it. */
async function left(audit: Audit, identity: Identity): Promise<boolean> {
  const rows = await audit.ofSubject(subjectOf(identity), auditRows)
  return rows.at(-1)?.action === 'identity.unlink'
}

/** Only of full members of this very workspace, whose address Slack has confirmed and says in both directions. */
async function accountByAddress(
  { api, workspace, byEmail }: SignInOptions,
  { user: id }: Identity,
): Promise<Account | undefined> {
  if (byEmail === undefined) return undefined
  const { user } = await api.call('look up a person', (client) => client.users.info({ user: id }))
  const email = user?.profile?.email
  if (user === undefined || email === undefined || !isFullMember(user, workspace)) return undefined
  const [account, another] = (await byEmail([email])).filter(({ disabled }) => !disabled)
  if (account === undefined || another !== undefined) return undefined
  const { user: found } = await api.call('look up an address', (client) => client.users.lookupByEmail({ email }))
  return found?.id === id ? account : undefined
}

interface Member {
  readonly team_id?: string
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly is_restricted?: boolean
  readonly is_ultra_restricted?: boolean
  readonly is_stranger?: boolean
  readonly is_email_confirmed?: boolean
}

function isFullMember(user: Member, workspace: string): boolean {
  const partly = [user.deleted, user.is_bot, user.is_restricted, user.is_ultra_restricted, user.is_stranger]
  return user.team_id === workspace && !partly.includes(true) && user.is_email_confirmed !== false
}
