import { circumstance } from './api-error.ts'
import type { Clock } from './clock.ts'
import type { Identity } from './identity.ts'
import type { Channel, ChannelOptions, Message, SlackFile, User, UserGroup, UserOptions, View } from './model.ts'

/** Everything the workspace remembers. */
export interface State {
  readonly users: Map<string, User>
  readonly channels: Map<string, Channel>
  readonly files: Map<string, SlackFile>
  readonly groups: Map<string, UserGroup>
  readonly views: Map<string, View>
  /** User id to the view of their Home tab. */
  readonly homes: Map<string, View>
  mintTs(): string
  mintId(prefix: string): string
  addUser(id: string, options?: UserOptions): User
  addChannel(id: string, options?: ChannelOptions): Channel
  /** The person's conversation with the bot, opened when there is none yet. */
  directOf(user: string): Channel
  /** Adds the message, or puts it in the place of the one with its `ts`. */
  put(message: Message): void
  remove(channel: string, ts: string): void
  find(channel: string, ts: string): Message | undefined
  /** By time. Ephemeral ones are not in it. */
  messagesIn(channel: string): readonly Message[]
  ephemerals(user: string): readonly Message[]
  threadOf(channel: string, ts: string): readonly Message[]
}

const isMember = (channel: Channel, user: string): boolean => channel.members.has(user)

const createMint = (clock: Clock): Pick<State, 'mintTs' | 'mintId'> => {
  let lastMicros = 0
  let count = 0
  return {
    mintTs() {
      lastMicros = Math.max(clock.now() * 1000, lastMicros + 1)
      return `${Math.floor(lastMicros / 1e6)}.${String(Math.floor(lastMicros % 1e6)).padStart(6, '0')}`
    },
    mintId(prefix) {
      count += 1
      return `${prefix}0${count.toString(36).toUpperCase().padStart(8, '0')}`
    },
  }
}

const createMessages = (): Pick<State, 'put' | 'remove' | 'find' | 'messagesIn' | 'ephemerals' | 'threadOf'> => {
  const byChannel = new Map<string, Map<string, Message>>()
  const inChannel = (channel: string): Message[] => [...(byChannel.get(channel)?.values() ?? [])]
  const messagesIn = (channel: string): Message[] => inChannel(channel).filter((message) => !message.ephemeralTo)
  return {
    put(message) {
      const messages = byChannel.get(message.channel) ?? new Map<string, Message>()
      byChannel.set(message.channel, messages.set(message.ts, message))
    },
    remove: (channel, ts) => void byChannel.get(channel)?.delete(ts),
    find: (channel, ts) => byChannel.get(channel)?.get(ts),
    messagesIn,
    ephemerals: (user) => [...byChannel.keys()].flatMap(inChannel).filter((message) => message.ephemeralTo === user),
    threadOf: (channel, ts) => messagesIn(channel).filter((message) => message.ts === ts || message.thread_ts === ts),
  }
}

export const createState = (clock: Clock, identity: Identity): State => {
  const mint = createMint(clock)
  const users = new Map<string, User>()
  const channels = new Map<string, Channel>()
  const addChannel = (id: string, options: ChannelOptions = {}): Channel => {
    const { name = id.toLowerCase(), members = [], bot = true, connected = false } = options
    const everybody = new Set([...members, ...(bot ? [identity.botUserId] : [])])
    const kind = options.private === true ? 'private' : 'public'
    const channel: Channel = { id, name, kind, created: clock.now(), connected, members: everybody, archived: false }
    channels.set(id, channel)
    return channel
  }
  const openDirect = (user: string): Channel => {
    if (!users.has(user)) throw circumstance('user_not_found')
    const opened = addChannel(mint.mintId('D'), { name: 'directmessage', members: [user] })
    const channel: Channel = { ...opened, kind: 'im' }
    channels.set(channel.id, channel)
    return channel
  }
  return {
    users,
    channels,
    files: new Map(),
    groups: new Map(),
    views: new Map(),
    homes: new Map(),
    ...mint,
    ...createMessages(),
    addUser(id, options = {}) {
      const teamId = options.stranger ? 'T0OTHER001' : identity.teamId
      const user: User = { ...options, id, name: options.name ?? id.toLowerCase(), teamId }
      users.set(id, user)
      return user
    },
    addChannel,
    directOf: (user) =>
      [...channels.values()].find((channel) => channel.kind === 'im' && isMember(channel, user)) ?? openDirect(user),
  }
}
