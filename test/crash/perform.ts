import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Submission } from '../../core/records/submission.ts'
import { findTraces } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { arm, meet } from './accident.ts'
import { assignment, expectNoCharge } from './charges.ts'
import type { Plan } from './plan.ts'
import { lines, type Theatre } from './theatre.ts'

const patienceMs = 240_000
/** Between two looks at the records, and at what is left on the host: the processes need the processor themselves. */
const lookMs = 100
const searchMs = 400

/** Two submissions, each in a channel of its own, and one accident. Rejects with what does not hold afterwards. */
export async function perform(theatre: Theatre, { seed, accident }: Plan): Promise<void> {
  const channels = [`C${seed}A`, `C${seed}B`]
  for (const id of channels) theatre.slack.channel(id, { name: id.toLowerCase(), members: ['U1'] })
  const over = () => submissionsOver(theatre, channels)
  try {
    await arm(theatre, accident)
    await Promise.all(channels.map((channel) => submit(theatre, channel)))
    await meet(theatre, accident, over)
    for (const channel of channels) await insist(theatre, channel)
    const submissions = await over()
    await nothingIsOwed(theatre)
    for (const submission of submissions) {
      expect(submission.verdict, submission.result?.sentence).toBe('succeeded')
      await expectLog(theatre, submission)
    }
    for (const channel of channels) expectThreads(theatre, channel, submissions)
    await expectNoCharge(theatre, submissions)
    await nothingIsLeft(theatre, submissions)
  } finally {
    theatre.queue.play(undefined)
    for (const name of await readdir(theatre.orders)) await rm(join(theatre.orders, name))
  }
}

function submit({ slack, repository }: Theatre, channel: string) {
  return slack.user('U1').slash('/rai', `submit ${repository} --assignment ${assignment}`, { channel })
}

/** Types it again where the bot was not there to hear it, as a person would. */
async function insist(theatre: Theatre, channel: string): Promise<void> {
  await until(
    async () => {
      if ((await submissionsIn(theatre, [channel])).length > 0) return true
      const { acked } = await submit(theatre, channel)
      return acked ? true : undefined
    },
    patienceMs,
    lookMs,
  )
}

async function submissionsIn({ installation, account }: Theatre, channels: readonly string[]): Promise<Submission[]> {
  const all = await installation.records.lookup.history({ account }, 20)
  return all.filter(({ place }) => channels.includes(place.channel))
}

function submissionsOver(theatre: Theatre, channels: readonly string[]): Promise<Submission[]> {
  return until(
    async () => {
      const found = await submissionsIn(theatre, channels)
      return found.length > 0 && found.every(({ state }) => state === 'finished') ? found : undefined
    },
    patienceMs,
    lookMs,
  )
}

async function nothingIsOwed({ installation, slack }: Theatre): Promise<void> {
  const workspace = { platform: 'slack', workspace: slack.teamId }
  await until(
    async () => ((await installation.records.lookup.owed(workspace, 1)).length === 0 ? true : undefined),
    patienceMs,
    lookMs,
  )
}

/** Every line once, in order. */
async function expectLog({ store }: Theatre, { result }: Submission): Promise<void> {
  const object = await store.get(result?.log?.key ?? '')
  const printed = object === undefined ? 'there is no log' : await text(object)
  const numbers = [...printed.matchAll(/^line (\d+)$/gm)].map(([, number]) => Number(number))
  expect(numbers, printed).toEqual(Array.from({ length: lines }, (_, index) => index + 1))
}

/** One message in the channel for each submission; under it the card, one verdict and one log. */
function expectThreads({ slack }: Theatre, channel: string, submissions: readonly Submission[]): void {
  const here = submissions.filter(({ place }) => place.channel === channel)
  const roots = slack.messages(channel).filter((one) => one.byBot && one.thread_ts === undefined)
  expect(roots.length, JSON.stringify(roots.map(({ text: shown }) => shown))).toBe(here.length)
  for (const { ts } of roots) {
    const replies = slack.thread(channel, ts).slice(1)
    const told = replies.map(({ text: shown, files }) => `${shown}${files.length > 0 ? ' [file]' : ''}`)
    expect(replies.length, told.join('\n')).toBe(3)
    expect(replies.filter(({ files }) => files.length > 0).length, told.join('\n')).toBe(1)
    expect(told.filter((one) => one.includes('All commands succeeded')).length, told.join('\n')).toBe(1)
  }
}

/** No container, process, mount, lease or file of these. */
async function nothingIsLeft(theatre: Theatre, submissions: readonly Submission[]): Promise<void> {
  const ids = new Set(submissions.map(({ id }) => id))
  const left = async () => [
    ...(await findTraces()).filter(({ id }) => ids.has(id)).map(({ what }) => what),
    ...(await workIn(theatre, 'worker', 'run-')),
    ...(await workIn(theatre, 'stage', 'stage-')),
  ]
  await until(async () => ((await left()).length === 0 ? true : undefined), 60_000, searchMs).catch(async () => {
    expect(await left()).toEqual([])
  })
  for (const { id, attempt } of submissions) {
    expect(await theatre.installation.records.lookup.isLeased(id, attempt)).toBe(false)
  }
}

async function workIn({ work }: Theatre, folder: string, prefix: string): Promise<string[]> {
  const names = await readdir(join(work, folder)).catch(() => [])
  return names.filter((name) => name.startsWith(prefix))
}
