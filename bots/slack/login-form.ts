import type { Card } from '../card.ts'
import { privately } from '../commands/answers.ts'
import { answerAnyway } from '../commands/handle.ts'
import type { Answer } from '../commands/request.ts'
import { signedInCard, signedOutCard } from '../identity.ts'
import { type Block, section, titleOf } from './blocks.ts'
import type { Desk } from './desk.ts'
import { entered, type FilledForm } from './events.ts'
import type { Filled } from './forms.ts'
import { modal, plain, textField } from './views.ts'

const fields = { access: 'access', secret: 'secret', code: 'code' } as const

/** Asks for the keys of the enrolment message. What was entered is never shown again. */
export function loginView(problem?: Card) {
  const top: Block[] = [
    section(
      'Enter the keys from your enrolment message, or the enrolment code you were given. Nobody else sees what you enter here.',
    ),
    ...(problem === undefined ? [] : [section(titleOf(problem))]),
  ]
  const blocks = [
    ...top,
    textField({ name: fields.access, label: 'Access key', placeholder: 'raia_…', optional: true }),
    textField({ name: fields.secret, label: 'Secret key', placeholder: 'rais_…', optional: true }),
    textField({ name: fields.code, label: 'Or your enrolment code', placeholder: 'XXXX-XXXX-XXXX', optional: true }),
  ]
  return modal('Sign in to RAI', blocks, {
    callback_id: 'form_login',
    submit: plain('Sign in'),
    close: plain('Cancel'),
  })
}

export async function tryKeys(desk: Desk, user: string, filled: FilledForm): Promise<Filled> {
  const { access = '', secret = '' } = {
    access: entered(filled, fields.access),
    secret: entered(filled, fields.secret),
  }
  const code = entered(filled, fields.code)
  if (code !== undefined) return tryCode(desk, user, filled.id, code)
  const identity = { platform: 'slack', workspace: desk.workspace, user }
  const answer = await answerAnyway(desk.context.logger, async () => {
    const account = await desk.signIn.withKeys(identity, access, secret)
    return privately(signedInCard(account.username, 'in this workspace'))
  })
  return answer.card.tone === 'good' ? { answer } : { answer, again: loginView(answer.card) }
}

async function tryCode(desk: Desk, user: string, event: string, code: string): Promise<Filled> {
  const answer = await desk.ask({ user, channel: '', event, words: ['login', `code:${code}`] })
  return answer.card.tone === 'good' ? { answer } : { answer, again: loginView(answer.card) }
}

export function leave(desk: Desk, user: string): Promise<Answer> {
  const identity = { platform: 'slack', workspace: desk.workspace, user }
  return answerAnyway(desk.context.logger, async () => {
    const was = await desk.signIn.leave(identity)
    return privately(signedOutCard(was))
  })
}
