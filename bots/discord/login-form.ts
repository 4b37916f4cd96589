import { ModalBuilder, type ModalSubmitInteraction } from 'discord.js'
import { privately } from '../commands/answers.ts'
import { answerAnyway } from '../commands/handle.ts'
import type { Answer } from '../commands/request.ts'
import { signedInCard, signedOutCard } from '../identity.ts'
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
    return privately(signedInCard(account.username, 'in Discord'))
  })
}

export function leave({ context, signIn, identityOf }: Desk, user: string): Promise<Answer> {
  return answerAnyway(context.logger, async () => {
    const was = await signIn.leave(identityOf(user))
    return privately(signedOutCard(was))
  })
}
