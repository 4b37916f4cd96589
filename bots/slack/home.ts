import type { App } from '@slack/bolt'
import { z } from 'zod'
import type { Account } from '../../core/records/people.ts'
import type { Submission } from '../../core/records/submission.ts'
import { listSubmissions } from '../commands/answers.ts'
import { type Block, blocksOf, button, section, titleOf } from './blocks.ts'
import type { Desk } from './desk.ts'
import { prose } from './text.ts'
import { homeView, plain } from './views.ts'

const eventSchema = z.object({ user: z.string(), tab: z.string().optional() })
const mostRuns = 10
const mostCourses = 4

export function listenToHome(app: App, desk: Desk): void {
  app.event('app_home_opened', async ({ event }) => {
    const { user, tab = 'home' } = eventSchema.parse(event)
    if (tab === 'home') desk.start('show the Home tab', () => showHome(desk, user))
  })
}

/** A person's runs with what can be done about them, and their limits. */
export async function showHome(desk: Desk, user: string): Promise<void> {
  const blocks = await homeBlocks(desk, user)
  await desk.api.call('show the Home tab', (client) => client.views.publish({ user_id: user, view: homeView(blocks) }))
}

async function homeBlocks(desk: Desk, user: string): Promise<Block[]> {
  const { context, workspace, signIn } = desk
  const identity = { platform: 'slack', workspace, user }
  await signIn.known(identity)
  const who = await answerTo(desk, user, ['whoami'])
  const account = await context.directory.identify(identity)
  if (account === undefined) return [...who, actions([formButton('login', 'Sign in')])]
  const memberships = await context.directory.memberships(account)
  const courses = memberships.slice(0, mostCourses).map(({ course }) => course)
  const parts = await Promise.all(courses.map((course) => courseBlocks(desk, { user, account, course })))
  const buttons = [formButton('submit', 'Submit…'), refresh]
  return [...who, actions(buttons), ...parts.flat()]
}

interface Seat {
  readonly user: string
  readonly account: Account
  readonly course: string
}

async function courseBlocks(desk: Desk, { user, account, course }: Seat): Promise<Block[]> {
  const runs = await desk.context.records.lookup.history({ account: account.id, course }, mostRuns)
  const fields = await listSubmissions(desk.context, runs)
  const title = runs.length === 0 ? `Nothing submitted in ${course} yet` : `Your last runs in ${course}`
  const rows = runs.map((run, index) => runRow(run, fields[index]?.value ?? ''))
  const limits = await answerTo(desk, user, ['limits', '--course', course])
  return [{ type: 'divider' }, section(titleOf({ title, tone: 'neutral' })), ...rows, { type: 'divider' }, ...limits]
}

function runRow({ id, state, result }: Submission, text: string): Block {
  const row = section(prose(text, 1_000))
  if (state !== 'finished') return { ...row, accessory: button({ action: 'cancel', label: 'Cancel', submission: id }) }
  if (result?.build === undefined && result?.log === undefined) return row
  return { ...row, accessory: button({ action: 'link', label: 'Link', submission: id }) }
}

async function answerTo(desk: Desk, user: string, words: readonly string[]): Promise<Block[]> {
  const { card } = await desk.ask({ user, channel: '', event: 'home', words })
  return blocksOf({ ...card, buttons: [] })
}

const refresh = { type: 'button', action_id: 'rai_home', text: plain('Refresh') } as const

function formButton(form: 'submit' | 'login', label: string) {
  return { type: 'button', action_id: `form_${form}`, text: plain(label), style: 'primary' } as const
}

function actions(elements: (typeof refresh | ReturnType<typeof formButton>)[]): Block {
  return { type: 'actions', elements }
}
