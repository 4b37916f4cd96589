import { redeemCode } from '../../core/enrolment/codes.ts'
import { plainCard } from '../card.ts'
import { plainLine } from '../render/clean.ts'
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
  const { platform, workspace, user } = request.identity
  const subject = `${platform}:${workspace}:${user}`
  const found = await redeemCode({ codes: records.enrolment.codes, keys: desk.keys, code, source: subject })
  await records.people.link(request.identity, found.account)
  const detail = { account: found.account, by: 'code' }
  await records.audit.write({ actor: found.account, action: 'identity.link', subject, detail })
  context.logger.info({ ...request.identity, ...detail }, 'signed in')
  const account = await records.people.byId(found.account)
  const text = ['From now on RAI knows you here. `/rai logout` ends that.']
  return privately(plainCard(`Signed in as ${plainLine(account?.username ?? '', 60)}`, text, 'good'))
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
    if (account === undefined) return privately(plainCard('You were not signed in'))
    const { platform, workspace, user } = request.identity
    await records.people.unlink(request.identity)
    await records.audit.write({
      ...{ actor: account.id, action: 'identity.unlink', subject: `${platform}:${workspace}:${user}` },
      detail: { account: account.id },
    })
    const text = ['Your submissions stay, and what runs goes on. `/rai login` signs you in again.']
    return privately(plainCard('You are signed out', text))
  },
}
