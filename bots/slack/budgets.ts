import { type Budget, type BudgetOptions, createBudget } from '../budget.ts'

/** What Slack allows, less a little: a call that left just in time may arrive just too early. */
const editsPerMinute = 49
const postsPerMinute = 270
/** In one channel not quite one a second and no burst, so that five seconds hold five even where calls are delayed. */
const postsPerMinuteInChannel = 50

/** Whose places are remembered: beyond these the ones that were quiet longest start anew. */
const mostChannels = 2_000

export interface SlackBudgets {
  /** `chat.update`, for the workspace. */
  readonly edits: Budget
  /** `chat.postMessage`, for the workspace and for each channel. */
  readonly posts: Budget
  /** `chat.postEphemeral`, likewise. */
  readonly answers: Budget
}

export function createSlackBudgets({ clock }: Pick<BudgetOptions, 'clock'> = {}): SlackBudgets {
  const time = clock === undefined ? {} : { clock }
  return {
    edits: createBudget({ ...time, perMinute: editsPerMinute }),
    posts: createPostBudget(time),
    answers: createPostBudget(time),
  }
}

/** First the channel's turn, then the workspace's. */
function createPostBudget(time: Pick<BudgetOptions, 'clock'>): Budget {
  const workspace = createBudget({ ...time, perMinute: postsPerMinute, gapMs: 0 })
  const channels = new Map<string, Budget>()

  function budgetOf(channel: string): Budget {
    const known =
      channels.get(channel) ?? createBudget({ ...time, perMinute: postsPerMinuteInChannel, burst: 1, gapMs: 0 })
    channels.delete(channel)
    channels.set(channel, known)
    const [quietest] = channels.keys()
    if (channels.size > mostChannels && quietest !== undefined) channels.delete(quietest)
    return known
  }

  return {
    async spend(job, priority, work, where = '') {
      let served: 'done' | 'replaced' = 'replaced'
      const outer = await budgetOf(where).spend(job, priority, async () => {
        served = await workspace.spend(job, priority, work)
      })
      return outer === 'done' ? served : outer
    },
    forget(job) {
      for (const channel of channels.values()) channel.forget(job)
      workspace.forget(job)
    },
    close() {
      for (const channel of channels.values()) channel.close()
      workspace.close()
    },
  }
}
