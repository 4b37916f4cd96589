import type { App } from '@slack/bolt'
import { wordsOfPress } from '../commands/press.ts'
import type { Answer } from '../commands/request.ts'
import { answerAt, tellDirectly } from './answers.ts'
import { actionPrefix, openPrefix } from './blocks.ts'
import type { Desk } from './desk.ts'
import { type Press, pressSchema } from './events.ts'
import { formPrefix, openForm, toForm } from './forms.ts'
import { showHome } from './home.ts'
import { answerView } from './views.ts'

/** Buttons: those of threads, of the Home tab, and those that open a form. */
export function listenToPresses(app: App, desk: Desk): void {
  app.action(new RegExp(`^${openPrefix}`), ({ ack }) => ack())
  app.action(new RegExp(`^${actionPrefix}`), async ({ ack, body }) => {
    await ack()
    const press = pressSchema.parse(body)
    const [{ action_ts } = { action_ts: '' }] = press.actions
    if (desk.isNew(press.user.id, action_ts)) desk.start('answer a press', () => act(desk, press))
  })
  app.action(new RegExp(`^${formPrefix}`), async ({ ack, body }) => {
    await ack()
    desk.start('open a form', () => open(desk, pressSchema.parse(body)))
  })
}

async function act(desk: Desk, press: Press): Promise<void> {
  const { user, container, trigger_id } = press
  const [action] = press.actions
  if (action === undefined) return
  const name = action.action_id.slice(actionPrefix.length)
  const channel = container.channel_id ?? ''
  const event = `${container.message_ts ?? 'home'}:${user.id}:${action.action_ts}`
  // Only what is answered through the address of a press is seen by one person, and not kept.
  const ephemeral = container.type !== 'view' && press.response_url !== undefined
  const asked = { user: user.id, channel, event, ephemeral }
  if (name === 'home') return showHome(desk, user.id)
  const answer = await desk.ask({ ...asked, ...wordsOfPress(name, action.value) })
  if (container.type === 'view') return answerInHome(desk, { user: user.id, trigger: trigger_id }, answer)
  if (press.response_url !== undefined) await answerAt(press.response_url, answer, container.thread_ts)
}

/** The Home tab has no conversation to answer in, so a window opens over it. */
async function answerInHome(
  desk: Desk,
  { user, trigger }: { readonly user: string; readonly trigger: string },
  { card }: Answer,
): Promise<void> {
  await desk.api
    .call('show an answer', (client) => client.views.open({ trigger_id: trigger, view: answerView(card) }))
    .catch(() => tellDirectly(desk, user, card))
  await showHome(desk, user)
}

async function open(desk: Desk, press: Press): Promise<void> {
  const { user, container, trigger_id: trigger, response_url: url } = press
  const form = toForm(press.actions[0]?.action_id)
  if (form === undefined) return
  const place = { trigger, channel: container.channel_id ?? '', user: user.id }
  await openForm(desk, form, { ...place, ...(url === undefined ? {} : { answerAt: url }) })
}
