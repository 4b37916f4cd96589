import { ModalBuilder, type ModalSubmitInteraction } from 'discord.js'
import { plainCard } from '../card.ts'
import { answerAnyway } from '../commands/handle.ts'
import type { Answer } from '../commands/request.ts'
import { plainLine } from '../render/clean.ts'
import { askFor } from './asking.ts'
import type { Desk } from './desk.ts'
import { textField } from './fields.ts'

export const loginFormId = 'form:login'

/** Asks for the keys of the enrolment message, or for an enrolment code. What was entered is never shown again. */
export function loginForm(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId(loginFormId)
    .setTitle('Sign in to RAI')
    .addLabelComponents(
      textField('access', 'Access key', { placeholder: 'raia_…' }),
      textField('secret', 'Secret key', { placeholder: 'rais_…' }),
      textField('code', 'Or your enrolment code', { placeholder: 'XXXX-XXXX-XXXX' }),
    )
}

export function tryKeys(desk: Desk, filled: ModalSubmitInteraction): Promise<Answer> {
  const { context, signIn, identityOf } = desk
  const code = filled.fields.getTextInputValue('code').trim()
  if (code !== '') return askFor(desk, filled, { words: ['login', `code:${code}`] })
  return answerAnyway(context.logger, async () => {
    const [access, secret] = ['access', 'secret'].map((name) => filled.fields.getTextInputValue(name).trim())
    const account = await signIn.withKeys(identityOf(filled.user.id), access ?? '', secret ?? '')
    const text = ['From now on RAI knows you in Discord. `/rai logout` ends that.']
    return { card: plainCard(`Signed in as ${plainLine(account.username, 60)}`, text, 'good'), private: true }
  })
}

export function leave({ context, signIn, identityOf }: Desk, user: string): Promise<Answer> {
  return answerAnyway(context.logger, async () => {
    const was = await signIn.leave(identityOf(user))
    const title = was ? 'You are signed out' : 'You were not signed in'
    const text = was ? ['Your submissions stay, and what runs goes on. `/rai login` signs you in again.'] : []
    return { card: plainCard(title, text), private: true }
  })
}
