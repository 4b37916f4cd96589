import type { VerifyCredentials } from '../../core/directory/credentials.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Audit } from '../../core/records/audit.ts'
import type { Account, Identity, People } from '../../core/records/people.ts'
import { createCache } from '../cache.ts'

export interface SignInOptions {
  readonly directory: Pick<Directory, 'identify'>
  readonly people: Pick<People, 'link' | 'unlink'>
  readonly audit: Audit
  readonly logger: Logger
  /** Everybody whom a roster knows by this Discord user's id. Without it nobody is signed in by a roster. */
  readonly byDiscordUser?: ((user: string) => Promise<readonly Account[]>) | undefined
  /** Checks a pair of keys. Without it there is no form for them. */
  readonly verify?: VerifyCredentials | undefined
}

/** How a person in Discord, whose mail address a bot does not see, becomes an account. */
export interface SignIn {
  /** Signs somebody in whose user id is in a roster; otherwise does nothing. */
  known(identity: Identity): Promise<void>
  /** Rejects with a `Refusal` when the keys are wrong. */
  withKeys(identity: Identity, accessKey: string, secretKey: string): Promise<Account>
  /** Answers whether they were signed in. */
  leave(identity: Identity): Promise<boolean>
  readonly takesKeys: boolean
}

/** Strangers are not looked up again and again. */
const unknownFor = { entries: 5_000, ms: 5 * 60_000 }
const auditRows = 1_000

export function createSignIn(options: SignInOptions): SignIn {
  const { directory, people, audit, logger, byDiscordUser, verify } = options
  const unknown = createCache<true>(unknownFor)

  async function link(identity: Identity, account: Account, by: 'roster' | 'keys'): Promise<void> {
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
      if (byDiscordUser === undefined || unknown.get(key) || (await directory.identify(identity)) !== undefined) return
      const account = (await left(audit, key)) ? undefined : onlyOne(await byDiscordUser(identity.user))
      if (account === undefined) unknown.set(key, true)
      else await link(identity, account, 'roster')
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
async function left(audit: Audit, subject: string): Promise<boolean> {
  return (await audit.ofSubject(subject, auditRows)).at(-1)?.action === 'identity.unlink'
}

function onlyOne(accounts: readonly Account[]): Account | undefined {
  const [account, another] = accounts.filter(({ disabled }) => !disabled)
  return another === undefined ? account : undefined
}
