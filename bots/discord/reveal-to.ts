import { randomUUID } from 'node:crypto'
import { Routes } from 'discord.js'
import { z } from 'zod'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { ChatError } from '../chat.ts'
import type { FindPerson } from '../delivery/options.ts'
import type { Found } from '../sign-in.ts'
import { welcomeCard } from '../welcome.ts'
import type { Api } from './api.ts'
import type { Direct } from './direct.ts'
import { sendCard } from './send.ts'

const user = z.object({ id: z.string(), bot: z.boolean().optional() })

/** By user id. Whether they share a server with the bot shows when the message is sent. */
export function createFindPerson(api: Api): FindPerson {
  return async (address) => {
    if (!/^\d{15,20}$/.test(address)) return undefined
    try {
      const found = await api.call('look up a person', user, (rest) => rest.get(Routes.user(address)))
      return found.bot === true ? undefined : found.id
    } catch (error) {
      if (error instanceof ChatError && error.failure === 'gone') return undefined
      throw error
    }
  }
}

/** A direct message that nobody asked for; who takes none sees it with `/rai whoami`. */
export async function tellSignedIn(
  { api, direct }: { readonly api: Api; readonly direct: Direct },
  logger: Logger,
  user: string,
  found: Found,
): Promise<void> {
  const card = welcomeCard(found)
  try {
    await sendCard(api, { channel: await direct.open(user) }, card, `signed-in:${randomUUID()}`)
  } catch (error) {
    logger.info({ user, err: describeError(error) }, 'could not tell somebody that they are signed in')
  }
}
