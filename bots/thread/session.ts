import type { Bell } from '../../core/bell.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { QueueView } from '../queue-view.ts'
import { type ThreadOptions, threadDefaults } from './options.ts'
import { startThread, type Thread } from './thread.ts'

/** Threads rendered at a time. */
const mostThreads = 1_000
/** A queue's positions are read again after so long. */
const queueMs = 2_000
const firstPauseMs = 1_000
const longestPauseMs = 120_000

/** Renders everything that is owed in a workspace, while the lease stands. One query finds what changed. */
export async function renderSession(options: ThreadOptions, bell: Bell, held: AbortSignal): Promise<void> {
  const threads = createThreadSet(options, held)
  const queues = createQueueCache(options)
  const { platform, workspace } = options.chat
  while (!held.aborted) {
    try {
      const owed = await options.records.lookup.owed({ platform, workspace }, mostThreads)
      await queues.refresh(owed)
      if (!held.aborted) threads.show(owed, (submission) => queues.turnOf(submission))
    } catch (error) {
      options.logger.warn({ err: describeError(error) }, 'could not read what is owed; trying again')
    }
    await bell.wait({ ms: options.pollMs ?? threadDefaults.pollMs, signal: held })
  }
  await threads.ended()
}

type TurnOf = (submission: Submission) => ReturnType<QueueView['turnOf']>

function createThreadSet(options: ThreadOptions, held: AbortSignal) {
  const live = new Map<string, Thread>()
  const pauses = new Map<string, { readonly ms: number; readonly until: number }>()

  function start(submission: Submission): Thread {
    const thread = startThread(options, submission, held)
    live.set(submission.id, thread)
    thread.done
      .then(() => pauses.delete(submission.id))
      .catch((error) => pause(submission.id, error))
      .finally(() => live.delete(submission.id))
    return thread
  }

  /** One thread's failure is its own: it is taken up again after a while, the others go on. */
  function pause(id: string, error: unknown): void {
    if (held.aborted) return
    const ms = Math.min(longestPauseMs, (pauses.get(id)?.ms ?? firstPauseMs / 2) * 2)
    pauses.set(id, { ms, until: performance.now() + ms })
    options.logger.warn({ submission: id, err: describeError(error), againInMs: ms }, 'a thread failed')
  }

  const isPaused = (id: string) => (pauses.get(id)?.until ?? 0) > performance.now()

  return {
    show(owed: readonly Submission[], turnOf: TurnOf): void {
      for (const submission of owed) {
        if (isPaused(submission.id)) continue
        const thread = live.get(submission.id) ?? start(submission)
        thread.update(submission, turnOf(submission))
      }
    },
    ended: () => Promise.allSettled([...live.values()].map(({ done }) => done)),
  }
}

function createQueueCache({ viewQueue }: ThreadOptions) {
  const views = new Map<string, { readonly view: QueueView; readonly readAt: number }>()
  return {
    async refresh(owed: readonly Submission[]): Promise<void> {
      const names = new Set(owed.filter(({ state }) => state === 'queued').map(({ queue }) => queue))
      for (const name of views.keys()) if (!names.has(name)) views.delete(name)
      const old = [...names].filter((name) => performance.now() - (views.get(name)?.readAt ?? -queueMs) >= queueMs)
      for (const name of old) views.set(name, { view: await viewQueue(name), readAt: performance.now() })
    },
    turnOf({ id, queue, state }: Submission) {
      return state === 'queued' ? views.get(queue)?.view.turnOf(id) : undefined
    },
  }
}
