import { setTimeout as delay } from 'node:timers/promises'
import type { Course } from '../../core/course/course.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Bundle, Notice } from '../../core/records/notices.ts'
import type { Chat } from '../chat.ts'
import { noticesCard, type Trouble } from '../render/notices.ts'
import { deliver } from '../thread/deliver.ts'
import type { ThreadOptions } from '../thread/options.ts'

/** Where the staff of a course are told. */
export interface StaffChannelOptions extends ThreadOptions {
  /** Of courses that name none of their own. */
  readonly staffChannel?: string | undefined
  /** How often the records are asked for news. */
  readonly staffPollMs?: number
  /** Least time between two messages: what happens meanwhile goes out together. */
  readonly staffPaceMs?: number
}

const defaults = { pollMs: 5_000, paceMs: 60_000 } as const
/** What happened before is history. */
const windowMs = 24 * 60 * 60_000
/** Notices of one message. */
const mostTogether = 50

/**
 * Tells the course staff what they have to know, out of the records, while `held` stands: each thing once, whatever dies
 * on the way, and a flood of them in one message a minute. Does nothing where no channel is named. Never rejects.
 */
export async function runStaffChannel(options: StaffChannelOptions, held: AbortSignal): Promise<void> {
  if (!hasChannel(options)) return
  while (!held.aborted) {
    try {
      await tellStaff(options, held)
    } catch (error) {
      if (!held.aborted) options.logger.warn({ err: describeError(error) }, 'could not tell the staff; trying again')
    }
    await delay(options.staffPollMs ?? defaults.pollMs, undefined, { signal: held }).catch(() => undefined)
  }
}

function hasChannel(options: StaffChannelOptions): boolean {
  return options.staffChannel !== undefined || ownChannels(options).length > 0
}

/** Of the courses that have one in this workspace. */
function ownChannels({ chat, courses }: StaffChannelOptions): string[] {
  return courses.all().flatMap((course) => ownChannel(chat, course) ?? [])
}

/** A course file names no application of Discord's, nor needs it one: ids of channels are unique there. */
function ownChannel({ platform, workspace }: Chat, course: Course | undefined): string | undefined {
  const place = course?.staffChannel
  if (place === undefined || place.platform !== platform || place.channel === '') return undefined
  return place.workspace === '' || place.workspace === workspace ? place.channel : undefined
}

async function tellStaff(options: StaffChannelOptions, held: AbortSignal): Promise<void> {
  const { notices } = options.records
  const { platform, workspace } = options.chat
  const here = { platform, workspace }
  await notices.collect(here, windowMs)
  for (const bundle of await notices.unsent(here)) await send(options, bundle, held)
  const sinceMs = await notices.sinceLastMs(here)
  if (sinceMs !== undefined && sinceMs < (options.staffPaceMs ?? defaults.paceMs)) return
  const bundle = await nextBundle(options)
  if (bundle !== undefined) await send(options, bundle, held)
}

/** The oldest that somebody wants to know, with all of its kind for the same channel. */
async function nextBundle(options: StaffChannelOptions): Promise<Bundle | undefined> {
  const { notices } = options.records
  const { platform, workspace } = options.chat
  const waiting = await notices.waiting({ platform, workspace }, 4 * mostTogether)
  const unwanted = waiting.filter((notice) => channelOf(options, notice) === undefined)
  if (unwanted.length > 0) await notices.drop(unwanted)
  const first = waiting.find((notice) => channelOf(options, notice) !== undefined)
  const channel = first && channelOf(options, first)
  if (first === undefined || channel === undefined) return undefined
  const together = waiting.filter((one) => one.kind === first.kind && channelOf(options, one) === channel)
  return notices.bundle(together.slice(0, mostTogether), channel)
}

/** What concerns everybody goes where the deployment says, or else to the first course that has a channel. */
function channelOf(options: StaffChannelOptions, { course }: Notice): string | undefined {
  const { chat, courses, staffChannel } = options
  if (course === undefined) return staffChannel ?? ownChannels(options)[0]
  return ownChannel(chat, courses.byName(course)) ?? staffChannel
}

async function send(options: StaffChannelOptions, { post, channel, notices }: Bundle, held: AbortSignal) {
  const { chat, logger } = options
  const place = { platform: chat.platform, workspace: chat.workspace, channel }
  const troubles = await troublesOf(options, notices)
  const card = () => noticesCard({ notices, troubles })
  const submission = { id: post, place }
  const message = await deliver(
    options,
    { submission, purpose: 'notice', priority: 'click', send: (id) => chat.postNotice(place, card(), id) },
    held,
  )
  options.budgets.posts.forget(post)
  if (message === undefined) {
    logger.error(
      { channel, texts: notices.map(({ text }) => text) },
      'the staff channel takes no messages: is RAI in it?',
    )
  }
}

async function troublesOf({ records }: StaffChannelOptions, notices: readonly Notice[]) {
  const troubles = new Map<string, Trouble>()
  for (const { submission: id } of notices) {
    const submission = id === undefined ? undefined : await records.lookup.byId(id)
    if (submission === undefined) continue
    const who = (await records.people.byId(submission.account))?.username ?? 'somebody'
    troubles.set(submission.id, { submission, who })
  }
  return troubles
}
