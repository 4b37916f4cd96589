import type { Account } from '../core/records/people.ts'
import { type Card, plainCard } from './card.ts'
import { plainLine } from './render/clean.ts'
import type { Found, FoundBy } from './sign-in.ts'

/** Sends a person's mail, where mail is configured and their address is known. Rejects with a `ProviderError`. */
export type MailTo = (account: Account, mail: { readonly subject: string; readonly text: string }) => Promise<void>

const why: Readonly<Record<FoundBy, string>> = {
  address: 'by the address that is in your course’s roster',
  roster: 'by your user id, which is in your course’s roster',
}

/** For somebody who was signed in without asking for it. */
export function welcomeCard({ account, by }: Found): Card {
  return plainCard(`You are signed in to RAI as ${plainLine(account.username, 60)}`, [
    `You are known here ${why[by]}. If that is not you, type \`/rai logout\` and tell the course staff.`,
  ])
}

/** The same by mail, so that the account's owner hears of it also where somebody else took their name in the chat. */
export function welcomeMail(
  { account, by }: Found,
  where: string,
): { readonly subject: string; readonly text: string } {
  const name = plainLine(account.firstName, 60)
  return {
    subject: `You are signed in to RAI in ${where}`,
    text: [
      `Hello${name === '' ? '' : ` ${name}`},`,
      '',
      `somebody in ${where} was just signed in to RAI as ${plainLine(account.username, 60)}, ${why[by].replace('your user id', 'the user id')}.`,
      'If that was you, there is nothing to do. If it was not, please tell the course staff at once.',
    ].join('\n'),
  }
}
