import { Readable } from 'node:stream'
import { pino } from 'pino'
import { createBudget } from '../../../bots/budget.ts'
import type { Chat } from '../../../bots/chat.ts'
import type { DiscordBudgets } from '../../../bots/discord/budgets.ts'
import { type Discord, type DiscordOptions, openDiscord, type Serving } from '../../../bots/discord/discord.ts'
import type { StaffChannelOptions } from '../../../bots/staff/staff-channel.ts'
import type { StagedSource } from '../../../core/records/json.ts'
import type { GuildOptions, Place, Server } from '../../support/discord/administration.ts'
import { unthrottled } from '../../support/discord/limits.ts'
import type { Message } from '../../support/discord/model.ts'
import type { Person } from '../../support/discord/people/person.ts'
import { textOf } from '../../support/discord/reading.ts'
import type { DiscordStandIn } from '../../support/discord/stand-in.ts'
import { type DiscordOptions as StandInOptions, startDiscord } from '../../support/discord/start.ts'
import { createWorld, staged, type World, type WorldOptions } from '../world.ts'

export interface CourseOptions extends WorldOptions {
  readonly discord?: StandInOptions
  readonly guild?: GuildOptions
  readonly options?: Partial<DiscordOptions>
  readonly serving?: Partial<Serving>
  readonly threads?: Partial<StaffChannelOptions>
  readonly chat?: (chat: Chat) => Chat
}

/** One process: everything it says in Discord, until it is stopped. */
export interface BotProcess {
  readonly bot: Discord
  /** Ends it in good order. */
  stop(): Promise<void>
}

export interface Course {
  readonly world: World
  readonly discord: DiscordStandIn
  readonly server: Server
  readonly lab: Place
  readonly ada: Person
  readonly bob: Person
  readonly nobody: Person
  start(changes?: Omit<CourseOptions, 'discord' | 'guild'>): Promise<BotProcess>
  /** The bot's messages in the lab that are no replies. */
  roots(channel?: Place): Message[]
  /** What hangs on the newest root, or on this one. */
  replies(root?: Message): readonly Message[]
  /** Stages what came from Discord, attachments included. */
  stage(source?: StagedSource): Promise<void>
  close(): Promise<void>
}

/** As fast as a test likes. */
const freely = (): DiscordBudgets => {
  const free = () => createBudget({ perMinute: 60_000, burst: 1_000, gapMs: 0 })
  return { edits: free(), posts: free() }
}

/** discord.js leaves five seconds between two IDENTIFYs; a test has no such time. */
const hasty = {
  ws: { buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }) },
}

/** A course in a server: Ada and Bob study, Tina helps, and `nobody` is nobody yet. */
export async function openCourse(given: CourseOptions = {}): Promise<Course> {
  const world = await createWorld(given)
  const discord = await startDiscord({ limits: unthrottled, ...given.discord })
  const server = discord.guild('Course', given.guild)
  const lab = server.channel('lab')
  const [ada, bob, tina, nobody] = ['ada', 'bob', 'tina', 'nobody'].map((name) => discord.user(name))
  if (!(ada && bob && tina && nobody)) throw new Error('nobody is there')
  const workspace = discord.applicationId
  for (const [user, account] of [
    [ada, world.people.ada],
    [bob, world.people.bob],
    [tina, world.people.tina],
  ] as const) {
    await world.records.people.link({ platform: 'discord', workspace, user: user.id }, account.id)
  }
  const running: BotProcess[] = []

  async function start(changes: Omit<CourseOptions, 'discord' | 'guild'> = {}): Promise<BotProcess> {
    const bot = await openDiscord({
      ...{
        botToken: discord.token,
        apiUrl: discord.api,
        accepted: [],
        budgets: freely(),
        client: hasty,
        requestsPerSecond: 10_000,
      },
      logger: pino({ level: 'silent' }),
      ...given.options,
      ...changes.options,
    })
    const ending = new AbortController()
    const openLog = async () => ({
      ...{ name: 'log-abc.txt', bytes: 3, comment: 'The whole log' },
      open: async () => Readable.from(['log']),
    })
    const chat = (changes.chat ?? given.chat ?? ((same) => same))(bot.chat)
    const threads = { openLog, budgets: bot.budgets, ...given.threads, ...changes.threads }
    const rendering = world.render(chat, threads)
    let serving: Promise<void> = Promise.resolve()
    await new Promise<void>((resolve, reject) => {
      const wanted = { context: world.context, ...given.serving, ...changes.serving, onReady: resolve }
      serving = bot.serve(wanted, ending.signal)
      serving.catch(reject)
    })
    const process = {
      bot,
      async stop() {
        ending.abort()
        await Promise.all([rendering.stop(), serving])
      },
    }
    running.push(process)
    return process
  }

  const roots = (channel = lab) =>
    discord.messages(channel).filter(({ author, replyTo }) => author.id === discord.botUserId && replyTo === undefined)

  return {
    ...{ world, discord, server, lab, ada, bob, nobody, start, roots },
    replies(root = roots().at(-1)) {
      return root?.threadId === undefined ? [] : discord.messages(root.threadId)
    },
    async stage(source = staged) {
      const work = await world.records.intake.claimStaging({
        ...{ owner: 'stager', leaseMs: 60_000 },
        places: ['any', `discord:${workspace}`],
      })
      if (work === undefined) throw new Error('nothing to stage')
      await world.records.intake.enqueue(work.lease, source, { queue: 'rai_amd64', needs: {} })
    },
    async close() {
      await Promise.all(running.map((process) => process.stop()))
      await world.dispose()
      await discord.close()
    },
  }
}

export function shown(message: Message | undefined): string {
  return message === undefined ? '' : textOf(message)
}
