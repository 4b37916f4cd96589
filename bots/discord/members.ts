import { Routes } from 'discord.js'
import { z } from 'zod'
import type { Account, Identity } from '../../core/records/people.ts'
import { ChatError } from '../chat.ts'
import { type Found, onlyOne } from '../sign-in.ts'
import type { Api } from './api.ts'

export interface MembersOptions {
  readonly api: Api
  /** The server whose roles count. */
  readonly guild?: string | undefined
  /** Everybody whom a roster knows by this user's id. Without it nobody is signed in by a roster. */
  readonly byDiscordUser?: ((user: string) => Promise<readonly Account[]>) | undefined
}

/** What Discord and the rosters say of its people; a bot sees no mail addresses. */
export interface Members {
  find(identity: Identity): Promise<Found | undefined>
  /** Which of these roles somebody has in the server. Rejects with a `ChatError`. */
  rolesOf(user: string, roles: readonly string[]): Promise<readonly string[]>
}

const member = z.object({ roles: z.array(z.string()), pending: z.boolean().default(false) })

export function createMembers({ api, guild, byDiscordUser }: MembersOptions): Members {
  return {
    async find({ user }) {
      const account = byDiscordUser === undefined ? undefined : onlyOne(await byDiscordUser(user))
      return account === undefined ? undefined : { account, by: 'roster' }
    },
    async rolesOf(user, wanted) {
      if (guild === undefined) return []
      const found = await api
        .call('look up a member', member, (rest) => rest.get(Routes.guildMember(guild, user)))
        .catch(notAMember)
      // Whoever has not agreed to the server's rules yet is no more than a guest there.
      return found === undefined || found.pending ? [] : wanted.filter((role) => found.roles.includes(role))
    },
  }
}

function notAMember(error: unknown): undefined {
  if (error instanceof ChatError && error.failure === 'gone') return undefined
  throw error
}
