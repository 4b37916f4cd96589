import { describeError } from '../../core/logger/describe-error.ts'
import type { Place } from '../../core/records/submission.ts'
import { withFileSent } from '../answer-file.ts'
import { createCache } from '../cache.ts'
import { answerAnyway, handleCommand } from '../commands/handle.ts'
import type { Answer, CommandContext, CommandRequest } from '../commands/request.ts'
import { areDirectMessages, directMessages } from '../places.ts'
import type { SignIn } from '../sign-in.ts'
import type { Api } from './api.ts'
import type { SlackBudgets } from './budgets.ts'
import type { Channels } from './channels.ts'
import { notInvited, otherChannels } from './refusals.ts'
import { uploadFile } from './upload.ts'

export interface DeskOptions {
  readonly api: Api
  readonly channels: Channels
  readonly budgets: SlackBudgets
  /** The team's id. */
  readonly workspace: string
  readonly botUserId: string
  /** Names or ids; empty: every channel the bot is in. */
  readonly accepted: readonly string[]
  readonly context: CommandContext
  readonly signIn: SignIn
}

/** What somebody did in Slack, before it is a request. */
interface Asked {
  readonly user: string
  readonly channel: string
  /** What is particular to this event in its channel, and the same when it comes again. */
  readonly event: string
  /** Slack's time of it, `1700000000.123456`, where it says one. */
  readonly at?: string
  readonly words: readonly string[]
  readonly attachments?: CommandRequest['attachments']
  readonly submission?: string | undefined
  /** The answer goes to a `response_url`: the person alone sees it, and Slack does not keep it. */
  readonly ephemeral?: boolean
}

/** What all listeners share: who does the work behind an acknowledgement, and that it is done once. */
export interface Desk extends DeskOptions {
  /** Does what was asked. Never rejects. */
  ask(asked: Asked): Promise<Answer>
  /** Starts work that nobody waits for; its failure is a line in the log. */
  start(doing: string, work: () => Promise<void>): void
  /** Whether this process sees the event for the first time. */
  isNew(channel: string, event: string): boolean
  /** Resolves when nothing that was started is still going on. */
  idle(): Promise<void>
}

const seenEvents = { entries: 20_000, ms: 15 * 60_000 }

export function createDesk(options: DeskOptions): Desk {
  const { context, workspace, signIn } = options
  const seen = createCache<true>(seenEvents)
  const going = new Set<Promise<void>>()

  async function work(request: CommandRequest): Promise<Answer> {
    if (startsThread(request)) await checkChannel(options, request.place)
    await signIn.known(request.identity)
    const answer = await handleCommand(context, request)
    const own = directMessages('slack', request.identity)
    return withFileSent(answer, context.logger, async (file, delivery) =>
      uploadFile(options.api, { channel: await options.channels.idOf(own) }, file, delivery),
    )
  }

  return {
    ...options,
    ask: (asked) =>
      answerAnyway(context.logger, () => work(requestOf(asked, workspace, timeOf(asked) ?? context.now()))),
    start(doing, run) {
      const task = run()
        .catch((error) => context.logger.warn({ err: describeError(error) }, `could not ${doing}`))
        .finally(() => going.delete(task))
      going.add(task)
    },
    isNew(channel, event) {
      const key = `${channel}:${event}`
      if (seen.get(key) !== undefined) return false
      seen.set(key, true)
      return true
    },
    async idle() {
      while (going.size > 0) await Promise.all(going)
    },
  }
}

function requestOf(asked: Asked, workspace: string, submittedAt: number): CommandRequest {
  const { user, channel, event, words, attachments = [], submission, ephemeral = false } = asked
  const identity = { platform: 'slack', workspace, user }
  return {
    identity,
    place: placeOf(identity, channel),
    words,
    eventKey: `slack:${workspace}:${channel}:${event}`,
    submittedAt,
    attachments,
    ephemeral,
    ...(submission === undefined ? {} : { submission }),
  }
}

function timeOf({ at }: Asked): number | undefined {
  return at === undefined ? undefined : Math.round(Number(at) * 1000)
}

/** Conversations of two are the person's with the bot, wherever the command was typed. */
function placeOf(identity: CommandRequest['identity'], channel: string): Place {
  if (channel.startsWith('D') || channel === '') return directMessages('slack', identity)
  return { platform: 'slack', workspace: identity.workspace, channel }
}

function startsThread({ words, attachments }: CommandRequest): boolean {
  const [first = ''] = words
  if (first === 'keygen') return false
  return attachments.length > 0 || first === 'submit' || first === 'rerun' || first.includes('://')
}

async function checkChannel({ channels, accepted }: DeskOptions, place: Place): Promise<void> {
  if (areDirectMessages(place)) return
  const facts = await channels.factsOf(place.channel)
  if (!facts?.joined) throw notInvited()
  const names = accepted.map((name) => name.replace(/^#/, ''))
  if (names.length > 0 && !names.includes(facts.id) && !names.includes(facts.name)) throw otherChannels(names)
}
