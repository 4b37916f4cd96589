import { publishChannel } from './events.ts'
import type { Channel } from './model.ts'
import { snowflakeAt } from './snowflakes.ts'
import type { World } from './world.ts'

const minute = 60_000

/** When somebody last wrote in a thread, or it was opened again, in milliseconds since the epoch. */
const lastActivity = ({ lastMessageId, thread }: Channel): number => {
  const opened = Math.max(thread?.createdAt ?? 0, thread?.archivedAt ?? 0)
  if (lastMessageId === undefined) return opened
  const written = Number((BigInt(lastMessageId) - snowflakeAt(0)) >> 22n)
  return Math.max(opened, written)
}

/** Archives the threads nobody wrote in for their time. */
export const archiveQuietThreads = (world: World): void => {
  const now = world.clock.now()
  for (const channel of world.state.channels.values()) {
    const { thread } = channel
    if (!thread || thread.archived || now - lastActivity(channel) < thread.autoArchiveMinutes * minute) continue
    thread.archived = true
    thread.archivedAt = now
    publishChannel(world, 'THREAD_UPDATE', channel)
  }
}

export const activeThreadsOf = ({ state }: World, guildId: string): number =>
  state.threadsOf(guildId).filter(({ thread }) => !thread?.archived).length
