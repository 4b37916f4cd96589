import type { Card } from '../card.ts'
import type { Answer } from '../commands/request.ts'
import type { Api } from './api.ts'
import { messageOf } from './blocks.ts'
import type { Desk } from './desk.ts'

const answerMs = 10_000

/** To the address that came with a command or a press: for that person alone, also where the bot is no member. */
export async function answerAt(url: string, { card }: Answer, thread?: string): Promise<void> {
  const message = {
    ...messageOf(card),
    response_type: 'ephemeral',
    replace_original: false,
    ...(thread === undefined ? {} : { thread_ts: thread }),
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`Slack answered ${response.status} to an answer`)
}

export interface Listener {
  readonly user: string
  readonly channel: string
  readonly thread?: string | undefined
  /** Names the answer among all that wait for their turn. */
  readonly event: string
}

/** Under a message: for that person alone, or in their own conversation with the bot, where nobody else reads. */
export async function answerUnder(desk: Pick<Desk, 'api' | 'budgets'>, to: Listener, { card }: Answer): Promise<void> {
  const { channel, user, thread, event } = to
  const where = { channel, ...(thread === undefined ? {} : { thread_ts: thread }), ...messageOf(card) }
  const alone = channel.startsWith('D')
  const budget = alone ? desk.budgets.posts : desk.budgets.answers
  const send = () => (alone ? post(desk.api, where) : whisper(desk.api, { ...where, user }))
  try {
    await budget.spend(`answer:${channel}:${event}`, 'click', send, channel)
  } finally {
    budget.forget(`answer:${channel}:${event}`)
  }
}

type Content = { readonly channel: string; readonly thread_ts?: string } & ReturnType<typeof messageOf>

async function post(api: Api, content: Content): Promise<void> {
  await api.call('answer', (client) =>
    client.chat.postMessage({ ...content, unfurl_links: false, unfurl_media: false }),
  )
}

async function whisper(api: Api, content: Content & { readonly user: string }): Promise<void> {
  await api.call('answer', (client) => client.chat.postEphemeral(content))
}

/** A direct message that nobody asked for. */
export async function tellDirectly(
  desk: Pick<Desk, 'api' | 'budgets' | 'channels' | 'workspace'>,
  user: string,
  card: Card,
): Promise<void> {
  const place = { platform: 'slack', workspace: desk.workspace, channel: `@${user}` } as const
  const channel = await desk.channels.idOf(place)
  await answerUnder(desk, { user, channel, event: `tell:${user}:${card.title}` }, { card, private: true })
}
