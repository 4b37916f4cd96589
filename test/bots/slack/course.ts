import { Readable } from 'node:stream'
import { pino } from 'pino'
import { createBudget } from '../../../bots/budget.ts'
import type { Chat } from '../../../bots/chat.ts'
import type { SlackBudgets } from '../../../bots/slack/budgets.ts'
import { openSlack, type Serving, type Slack, type SlackOptions } from '../../../bots/slack/slack.ts'
import type { StaffChannelOptions } from '../../../bots/staff/staff-channel.ts'
import type { StagedSource } from '../../../core/records/json.ts'
import { unthrottled } from '../../support/slack/limits.ts'
import type { Message } from '../../support/slack/model.ts'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import { type SlackOptions as StandInOptions, startSlack } from '../../support/slack/start.ts'
import { createWorld, staged, type World, type WorldOptions } from '../world.ts'

export interface CourseOptions extends WorldOptions {
  readonly slack?: StandInOptions
  readonly options?: Partial<SlackOptions>
  readonly serving?: Partial<Serving>
  readonly threads?: Partial<StaffChannelOptions>
}

/** One process: everything it says in the workspace, until it is stopped. */
interface BotProcess {
  readonly bot: Slack
  /** Where signed requests go. */
  readonly url: string | undefined
  /** Ends it in good order. */
  stop(): Promise<void>
}

export interface Course {
  readonly world: World
  readonly slack: SlackStandIn
  start(changes?: Omit<CourseOptions, 'slack'>): Promise<BotProcess>
  /** The bot's messages in a channel that are no replies. */
  roots(channel?: string): Message[]
  /** What hangs on the newest root. */
  replies(channel?: string): Message[]
  /** Stages what came from Slack, attachments included. */
  stage(source?: StagedSource): Promise<void>
  close(): Promise<void>
}

/** As fast as a test likes. */
const freely = (): SlackBudgets => {
  const free = () => createBudget({ perMinute: 60_000, burst: 1_000, gapMs: 0 })
  return { edits: free(), posts: free(), answers: free() }
}

/** A course in a workspace: Ada (U1) and Bob (U2) study, Tina (U3) helps, U9 is nobody yet; all may be in C1. */
export async function openCourse(given: CourseOptions = {}): Promise<Course> {
  const world = await createWorld(given)
  const slack = await startSlack({ limits: unthrottled, ...given.slack })
  slack.channel('C1', { name: 'lab', members: ['U1', 'U2', 'U3', 'U9'] })
  const workspace = slack.teamId
  const accounts = { U1: world.people.ada, U2: world.people.bob, U3: world.people.tina }
  for (const [user, account] of Object.entries(accounts)) {
    slack.user(user, { name: account.username })
    await world.records.people.link({ platform: 'slack', workspace, user }, account.id)
  }
  slack.user('U9', { name: 'nobody' })
  const running: BotProcess[] = []

  async function start(changes: Omit<CourseOptions, 'slack'> = {}): Promise<BotProcess> {
    const bot = await openSlack({
      botToken: slack.botToken,
      transport: { kind: 'socket', appToken: slack.appToken },
      apiUrl: slack.apiUrl,
      accepted: [],
      logger: pino({ level: 'silent' }),
      budgets: freely(),
      ...given.options,
      ...changes.options,
    })
    const ending = new AbortController()
    const openLog = async () => ({
      name: 'log-abc.txt',
      bytes: 3,
      comment: '',
      open: async () => Readable.from(['log']),
    })
    const threads = { openLog, budgets: bot.budgets, ...given.threads, ...changes.threads }
    const chat: Chat = bot.chat
    const rendering = world.render(chat, threads)
    let onReady: (url?: string) => void = () => undefined
    const ready = new Promise<string | undefined>((resolve) => {
      onReady = resolve
    })
    const serving = { context: world.context, ...given.serving, ...changes.serving, onReady }
    const serve = bot.serve(serving, ending.signal)
    const url = await Promise.race([ready, serve.then(() => undefined)])
    const process = {
      bot,
      url,
      async stop() {
        ending.abort()
        await Promise.all([rendering.stop(), serve])
      },
    }
    running.push(process)
    return process
  }

  const roots = (channel = 'C1') => slack.messages(channel).filter((one) => one.byBot && one.thread_ts === undefined)

  return {
    ...{ world, slack, start, roots },
    replies: (channel = 'C1') => slack.thread(channel, roots(channel).at(-1)?.ts ?? '').slice(1),
    async stage(source = staged) {
      const work = await world.records.intake.claimStaging({
        ...{ owner: 'stager', leaseMs: 60_000 },
        places: ['any', `slack:${workspace}`],
      })
      if (work === undefined) throw new Error('nothing to stage')
      await world.records.intake.enqueue(work.lease, source, { queue: 'rai_amd64', needs: {} })
    },
    async close() {
      await Promise.all(running.map((process) => process.stop()))
      await world.dispose()
      await slack.close()
    },
  }
}

/** Everything of a message that a person reads. */
export function shown({ text, blocks }: Pick<Message, 'text' | 'blocks'>): string {
  return [text, JSON.stringify(blocks)].join('\n')
}
