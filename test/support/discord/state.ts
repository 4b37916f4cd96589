import type { Channel, Guild, Interaction, Json, Message, Modal, StoredFile, User } from './model.ts'

/** Everything Discord remembers. Scope of commands: a server's id, or `global`. */
export interface State {
  readonly mintId: () => string
  readonly users: Map<string, User>
  readonly guilds: Map<string, Guild>
  readonly channels: Map<string, Channel>
  readonly messages: Map<string, Message>
  readonly files: Map<string, StoredFile>
  readonly commands: Map<string, Json[]>
  /** By token. */
  readonly interactions: Map<string, Interaction>
  /** By person: the form in front of them. */
  readonly modals: Map<string, Modal>
  /** By time, ephemeral ones left out. */
  messagesIn(channelId: string): readonly Message[]
  /** What only this person sees, by time. */
  ephemeralTo(userId: string): readonly Message[]
  threadsOf(guildId: string): readonly Channel[]
  directOf(userId: string): Channel
}

const byTime = (a: Message, b: Message): number => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)

const directChannel = (id: string, recipient: User): Channel => ({
  id,
  type: 1,
  name: '',
  guild: undefined,
  overwrites: [],
  recipient,
  thread: undefined,
  lastMessageId: undefined,
})

export const createState = (mintId: () => string): State => {
  const users = new Map<string, User>()
  const channels = new Map<string, Channel>()
  const messages = new Map<string, Message>()
  const sorted = (wanted: (message: Message) => boolean) => [...messages.values()].filter(wanted).sort(byTime)
  return {
    mintId,
    users,
    guilds: new Map(),
    channels,
    messages,
    files: new Map(),
    commands: new Map(),
    interactions: new Map(),
    modals: new Map(),
    messagesIn: (channelId) =>
      sorted((message) => message.channelId === channelId && message.ephemeralTo === undefined),
    ephemeralTo: (userId) => sorted((message) => message.ephemeralTo === userId),
    threadsOf: (guildId) => [...channels.values()].filter(({ guild, thread }) => guild?.id === guildId && thread),
    directOf(userId) {
      const known = [...channels.values()].find(({ recipient }) => recipient?.id === userId)
      if (known) return known
      const recipient = users.get(userId)
      if (!recipient) throw new Error(`there is no user ${userId}`)
      const channel = directChannel(mintId(), recipient)
      channels.set(channel.id, channel)
      return channel
    },
  }
}
