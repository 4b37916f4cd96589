import type { ChatInputCommandInteraction, ModalSubmitInteraction } from 'discord.js'
import { describeError } from '../../core/logger/describe-error.ts'
import { plainCard } from '../card.ts'
import type { Answer } from '../commands/request.ts'
import { coursesToAsk } from '../course-menu.ts'
import type { Desk } from './desk.ts'
import { codes, discordCode } from './failure.ts'
import { loginForm, loginFormId, tryKeys } from './login-form.ts'
import { submitForm, submitFormId, trySubmit } from './submit-form.ts'
import { placeOf } from './where.ts'

export type Form = 'submit' | 'login'

/** The form that a bare command opens. */
export function opensForm(
  { signIn }: Pick<Desk, 'signIn'>,
  { options }: ChatInputCommandInteraction,
): Form | undefined {
  const command = options.getSubcommand()
  if (command === 'login') return signIn.takesKeys && options.getString('code') === null ? 'login' : undefined
  return command === 'submit' && options.data[0]?.options?.length === 0 ? 'submit' : undefined
}

/** A form can only be the very first answer, so it is shown before anything is looked up. */
export async function showForm(desk: Desk, interaction: ChatInputCommandInteraction, form: Form): Promise<void> {
  try {
    await interaction.showModal(form === 'submit' ? submitForm(coursesFor(desk, interaction)) : loginForm())
  } catch (error) {
    if (discordCode(error) !== codes.alreadyAcknowledged) throw error
    desk.context.logger.debug({ err: describeError(error) }, 'another process shows this form')
  }
}

export async function fillForm(desk: Desk, filled: ModalSubmitInteraction): Promise<Answer> {
  if (filled.customId === submitFormId) return trySubmit(desk, filled)
  if (filled.customId === loginFormId) return tryKeys(desk, filled)
  return { card: plainCard('This form is from another version of RAI. Type the command again.'), private: true }
}

/** Out of what is known already: there is no time to ask for anything. */
function coursesFor({ context, identityOf }: Desk, interaction: ChatInputCommandInteraction) {
  return coursesToAsk(context.courses, placeOf(identityOf(interaction.user.id), interaction))
}
