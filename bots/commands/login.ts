import { redeemCode } from '../../core/enrolment/codes.ts'
import { plainCard } from '../card.ts'
import { linkIdentity, signedInCard, signedOutCard, subjectOf, unlinkIdentity } from '../identity.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import type { Answer } from './request.ts'

export const loginCommand: Command = {
  name: 'login',
  usage: '[code:…]',
  summary: 'Sign in with your keys, or with the enrolment code you were given',
  options: {},
  mostWords: 4,
  async run(call) {
    const code = call.words.join(' ').replace(/^code:?\s*/i, '')
    return code === '' ? explain() : redeem(call, code)
  },
}

/** Where no form can open. */
function explain(): Answer {
  return privately(
    plainCard('Sign in with your enrolment code', [
      'Type `/rai login code:` and the code behind it. On Slack and Discord, `/rai login` alone opens a form that takes your keys.',
    ]),
  )
}

async function redeem({ context, request }: CommandCall, code: string): Promise<Answer> {
  const { records, keys: desk } = context
  if (desk === undefined) return explain()
  const { identity } = request
  const source = subjectOf(identity)
  const { account } = await redeemCode({ codes: records.enrolment.codes, keys: desk.keys, code, source })
  await linkIdentity({ ...records, logger: context.logger }, { identity, account, actor: account, by: 'code' })
  const known = await records.people.byId(account)
  return privately(signedInCard(known?.username ?? '', 'here'))
}

export const logoutCommand: Command = {
  name: 'logout',
  usage: '',
  summary: 'Sign out here',
  options: {},
  mostWords: 0,
  async run({ context, request }) {
    const { directory, records } = context
    const account = await directory.identify(request.identity)
    if (account !== undefined) await unlinkIdentity(records, request.identity, account)
    return privately(signedOutCard(account !== undefined))
  },
}
