import type { App } from '@slack/bolt'
import { plainCard } from '../card.ts'
import type { Answer } from '../commands/request.ts'
import { answerAt } from './answers.ts'
import { section } from './blocks.ts'
import type { Desk } from './desk.ts'
import { type FilledForm, filledFormSchema } from './events.ts'
import { leave, loginView, tryKeys } from './login-form.ts'
import { offerAt, submitView, trySubmit } from './submit-form.ts'
import { answerView, modal } from './views.ts'

/** `logout` is answered where the others ask. */
export type Form = 'submit' | 'login' | 'logout'
export const formPrefix = 'form_'

export interface FormPlace {
  /** Works once, and for three seconds. */
  readonly trigger: string
  readonly channel: string
  readonly user: string
  readonly answerAt?: string
}

/** The form that a bare command opens; everything else is answered in words. */
export function opensForm({ signIn }: Pick<Desk, 'signIn'>, words: readonly string[]): Form | undefined {
  const [name = '', ...rest] = words.map((word) => word.toLowerCase())
  if (rest.length > 0) return undefined
  if (name === 'submit' || name === 'logout') return name
  return name === 'login' && signIn.takesKeys ? name : undefined
}

export function toForm(actionId: string | undefined): Form | undefined {
  const name = actionId?.slice(formPrefix.length)
  return name === 'submit' || name === 'login' ? name : undefined
}

export async function openForm(desk: Desk, form: Form, place: FormPlace): Promise<void> {
  if (form === 'logout') {
    const answer = await leave(desk, place.user)
    if (place.answerAt !== undefined) await answerAt(place.answerAt, answer)
    return
  }
  const view = form === 'submit' ? submitView({ channel: place.channel }, offerAt(desk, place)) : loginView()
  await desk.api.call('open a form', (client) => client.views.open({ trigger_id: place.trigger, view }))
}

/** Where there is nothing that may open a window, only a command can. */
export function offerForm(form: Form): Answer {
  return { card: plainCard(`Type \`/rai ${form}\` in the channel, and a form opens that only you see.`), private: true }
}

/** A form that was sent is acknowledged with a waiting window, which then shows what came of it. */
export function listenToForms(app: App, desk: Desk): void {
  const forms = { submit: trySubmit, login: tryKeys }
  for (const [name, fill] of Object.entries(forms)) {
    app.view(`${formPrefix}${name}`, async ({ ack, body, view }) => {
      await ack({ response_action: 'update', view: modal('RAI', [section('One moment…')]) })
      const filled = filledFormSchema.parse(view)
      desk.start('answer a form', () => answer(desk, body.user.id, filled, fill))
    })
  }
}

type Fill = (desk: Desk, user: string, filled: FilledForm) => Promise<Filled>

/** The form once more, where there is something to mend. */
export interface Filled {
  readonly answer: Answer
  readonly again?: ReturnType<typeof modal>
}

async function answer(desk: Desk, user: string, filled: FilledForm, fill: Fill): Promise<void> {
  const { answer, again } = await fill(desk, user, filled)
  const view = again ?? answerView(answer.card)
  await desk.api.call('answer a form', (client) => client.views.update({ view_id: filled.id, view }))
}
