import { describeError } from '../../core/logger/describe-error.ts'
import type { Identity } from '../../core/records/people.ts'
import type { Place } from '../../core/records/submission.ts'
import { withFileSent } from '../answer-file.ts'
import { createCache } from '../cache.ts'
import { answerAnyway, handleCommand } from '../commands/handle.ts'
import type { Answer, CommandContext, CommandRequest } from '../commands/request.ts'
import { directMessages } from '../places.ts'
import type { SignIn } from '../sign-in.ts'
import type { Api } from './api.ts'
import type { Direct } from './direct.ts'
import { createGate } from './gate.ts'
import { createHaste, type Haste } from './haste.ts'
import { missingPermissions, otherChannels } from './refusals.ts'
import { fileBytesEverywhere, sendFile } from './upload.ts'

export interface DeskOptions {
  readonly api: Api
  readonly direct: Direct
  /** The application's id. */
  readonly workspace: string
  readonly botUserId: string
  /** The only server that is served; without it, every one. */
  readonly guild?: string | undefined
  /** Names or ids; empty: every channel the bot may write in. */
  readonly accepted: readonly string[]
  readonly context: CommandContext
  readonly signIn: SignIn
  /** What an interaction said of the largest file of its server. */
  readonly noteFileBytes: (channel: string, bytes: number) => void
}

/** What somebody did in Discord, before it is a request. */
export interface Asked {
  readonly user: string
  readonly channel: string
  readonly channelName: string
  readonly direct: boolean
  /** The beginning of the id of the submission whose thread it was said in. */
  readonly thread?: string
  /** What the bot may not do there. */
  readonly missing: readonly string[]
  /** Interaction's or message's id: the same in every process that hears of it. */
  readonly event: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly words: readonly string[]
  readonly attachments?: CommandRequest['attachments']
  readonly submission?: string | undefined
  /** The answer is an interaction's: the person alone sees it, and Discord does not keep it. */
  readonly ephemeral?: boolean
}

/** Says something to the person alone, in the place where they last asked. */
type Whisper = (answer: Answer) => Promise<void>

/** What all listeners share: who does the work behind an acknowledgement, and that it is finished before we leave. */
export interface Desk extends DeskOptions {
  /** Does what was asked. Never rejects. */
  ask(asked: Asked): Promise<Answer>
  identityOf(user: string): Identity
  /** Acknowledgements go before the work behind them. */
  readonly first: Haste['first']
  /** Starts work that nobody waits for; its failure is a line in the log. */
  start(doing: string, work: () => Promise<void>): void
  /** Resolves when nothing that was started is still going on. */
  idle(): Promise<void>
  /** How this person can be told something for as long as their last interaction allows. */
  remember(user: string, whisper: Whisper): void
  whisperTo(user: string): Whisper | undefined
}

/** Done at a time: when a whole class asks at once, saying that they were heard comes first. */
const mostAtOnce = 8
/** Half of what Discord gives for an acknowledgement. */
const longestCalmMs = 1_500
/** Less than the quarter of an hour that Discord gives a reply. */
const whispers = { entries: 5_000, ms: 14 * 60_000 }

export function createDesk(options: DeskOptions): Desk {
  const { context, workspace, signIn } = options
  const remembered = createCache<Whisper>(whispers)
  const going = new Set<Promise<void>>()
  const pass = createGate(mostAtOnce)
  const haste = createHaste(longestCalmMs)
  const identityOf = (user: string) => ({ platform: 'discord', workspace, user }) as const

  async function work(asked: Asked): Promise<Answer> {
    if (startsThread(asked)) checkChannel(options, asked)
    const identity = identityOf(asked.user)
    await signIn.known(identity)
    const answer = await handleCommand(context, requestOf(asked, identity, await submissionOf(options, asked)))
    return withFileSent(answer, context.logger, async (file, delivery) =>
      sendFile(options.api, { channel: await options.direct.open(asked.user) }, file, {
        ...{ delivery, mostBytes: fileBytesEverywhere },
      }),
    )
  }

  return {
    ...options,
    identityOf,
    first: haste.first,
    async ask(asked) {
      await haste.calm()
      return pass(() => answerAnyway(context.logger, () => work(asked)))
    },
    start(doing, run) {
      const task = run()
        .catch((error) => context.logger.warn({ err: describeError(error) }, `could not ${doing}`))
        .finally(() => going.delete(task))
      going.add(task)
    },
    async idle() {
      while (going.size > 0) await Promise.all(going)
    },
    remember: (user, whisper) => remembered.set(user, whisper),
    whisperTo: (user) => remembered.get(user),
  }
}

function requestOf(asked: Asked, identity: Identity, submission: string | undefined): CommandRequest {
  const { channel, event, at, words, attachments = [], ephemeral = false } = asked
  return {
    identity,
    place: placeOf(asked, identity),
    words,
    eventKey: `discord:${identity.workspace}:${channel}:${event}`,
    submittedAt: at,
    attachments,
    ephemeral,
    ...(submission === undefined ? {} : { submission }),
  }
}

/** A conversation of two is the person's with the bot. */
function placeOf({ direct, channel }: Asked, identity: Identity): Place {
  if (direct) return directMessages('discord', identity)
  return { platform: 'discord', workspace: identity.workspace, channel }
}

/** Only where the name says so unmistakably; whether the person may see it is decided where it is used. */
async function submissionOf({ context }: DeskOptions, asked: Asked): Promise<string | undefined> {
  if (asked.submission !== undefined || asked.thread === undefined || startsSubmission(asked)) return asked.submission
  const [only, another] = await context.records.lookup.byPrefix(asked.thread, 2)
  return another === undefined ? only?.id : undefined
}

function startsSubmission({ words, attachments = [] }: Asked): boolean {
  const [first = ''] = words
  if (first === 'keygen') return false
  return attachments.length > 0 || first === 'submit' || first.includes('://')
}

function startsThread(asked: Asked): boolean {
  return startsSubmission(asked) || asked.words[0] === 'rerun'
}

function checkChannel({ accepted }: DeskOptions, { direct, channel, channelName, missing }: Asked): void {
  if (direct) return
  const names = accepted.map((name) => name.replace(/^#/, ''))
  if (names.length > 0 && !names.includes(channel) && !names.includes(channelName)) throw otherChannels(names)
  if (missing.length > 0) throw missingPermissions(missing)
}
