import { type Card, plainCard } from '../card.ts'
import { answerAnyway } from '../commands/handle.ts'
import type { Answer } from '../commands/request.ts'
import { plainLine } from '../render/clean.ts'
import { type Block, section, titleOf } from './blocks.ts'
import type { Desk } from './desk.ts'
import { entered, type FilledForm } from './events.ts'
import type { Filled } from './forms.ts'
import { modal, plain, textField } from './views.ts'

const fields = { access: 'access', secret: 'secret' } as const

/** Asks for the keys of the enrolment message. What was entered is never shown again. */
export function loginView(problem?: Card) {
  const top: Block[] = [
    section('Your keys are in the enrolment message from your course. Nobody else sees what you enter here.'),
    ...(problem === undefined ? [] : [section(titleOf(problem))]),
  ]
  const blocks = [
    ...top,
    textField({ name: fields.access, label: 'Access key', placeholder: 'raia_…' }),
    textField({ name: fields.secret, label: 'Secret key', placeholder: 'rais_…' }),
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
  const identity = { platform: 'slack', workspace: desk.workspace, user }
  const answer = await answerAnyway(desk.context.logger, async () => {
    const account = await desk.signIn.withKeys(identity, access, secret)
    const text = ['From now on RAI knows you in this workspace. `/rai logout` ends that.']
    return { card: plainCard(`Signed in as ${plainLine(account.username, 60)}`, text, 'good'), private: true }
  })
  return answer.card.tone === 'good' ? { answer } : { answer, again: loginView(answer.card) }
}

export function leave(desk: Desk, user: string): Promise<Answer> {
  const identity = { platform: 'slack', workspace: desk.workspace, user }
  return answerAnyway(desk.context.logger, async () => {
    const was = await desk.signIn.leave(identity)
    const title = was ? 'You are signed out' : 'You were not signed in'
    const text = was ? ['Your submissions stay, and what runs goes on. `/rai login` signs you in again.'] : []
    return { card: plainCard(title, text), private: true }
  })
}
