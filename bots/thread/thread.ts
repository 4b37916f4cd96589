import { createBell } from '../../core/bell.ts'
import { courseOfSubmission } from '../../core/course/for-assignment.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { Turn } from '../queue-view.ts'
import { liveCard, rootCard } from '../render/cards.ts'
import type { SubmissionView } from '../render/view.ts'
import type { Priority } from '../shares.ts'
import { deliver, giveUp } from './deliver.ts'
import { endThread, postVerdictAlone } from './ending.ts'
import { type Follower, followLog } from './follower.ts'
import { onlyHolderIsNews, repaintRoot, showHolder } from './holder.ts'
import { type ThreadOptions, threadDefaults } from './options.ts'
import { createPainter, type Painter } from './painter.ts'
import type { ThreadState } from './state.ts'

/** One submission's thread, while this process renders it. */
export interface Thread {
  /** What the records say now. */
  update(submission: Submission, turn: Turn | undefined): void
  /** Resolves when nothing is owed any more, or when `signal` aborted; rejects with what is worth another try. */
  readonly done: Promise<void>
}

/** Takes up the thread where it is: every message that is already there stays. */
export function startThread(options: ThreadOptions, first: Submission, session: AbortSignal): Thread {
  const ended = new AbortController()
  const signal = AbortSignal.any([session, ended.signal])
  const bell = createBell()
  const facts: { submission: Submission; turn: Turn | undefined } = { submission: first, turn: undefined }
  let who = ''
  let follower: Follower | undefined

  const state: ThreadState = {
    options,
    signal,
    course: courseOfSubmission(options.courses, first),
    get submission() {
      return facts.submission
    },
    view: () => ({
      submission: facts.submission,
      who,
      now: options.now(),
      tail: follower?.tail ?? [],
      ...(facts.turn === undefined ? {} : { turn: facts.turn }),
      ...(follower?.firstError === undefined ? {} : { firstError: follower.firstError }),
    }),
    follow() {
      follower ??= followLog(options, first.id, { signal, onChange: bell.ring })
      return follower
    },
    changed: () => bell.wait({ ms: options.tickMs ?? threadDefaults.tickMs, signal }),
  }

  async function live(): Promise<void> {
    try {
      who = (await options.records.people.byId(first.account))?.username ?? 'somebody'
      if (await onlyHolderIsNews(state)) await repaintRoot(state)
      else await (state.course?.visibility === 'quiet' ? quietThread(state) : wholeThread(state))
    } finally {
      ended.abort()
      for (const job of [first.id, `${first.id}:root`]) options.budgets.edits.forget(job)
      options.budgets.posts.forget(first.id)
    }
  }

  return {
    update(submission, turn) {
      const before = JSON.stringify(facts)
      facts.submission = submission
      facts.turn = turn
      if (JSON.stringify(facts) !== before) bell.ring()
    },
    done: live(),
  }
}

async function quietThread(state: ThreadState): Promise<void> {
  while (state.submission.state !== 'finished' && !state.signal.aborted) await state.changed()
  if (!state.signal.aborted) await postVerdictAlone(state)
}

async function wholeThread(state: ThreadState): Promise<void> {
  const { options, signal, submission } = state
  const { chat } = options
  const drawRoot = () => rootCard(state.view())
  const drawLive = () => liveCard(state.view())
  const postRoot = (id: string) => chat.postRoot(submission.place, drawRoot(), id)
  const root = await deliver(options, { submission, purpose: 'root', priority: 'click', send: postRoot }, signal)
  if (root === undefined) {
    return giveUp(options, submission, ['card', 'verdict', 'log'], 'the thread has no root message')
  }
  const postLive = (id: string) => chat.post(root, drawLive(), id)
  const live = { submission, purpose: 'card', priority: 'first-output', root, send: postLive } as const
  const message = await deliver(options, live, signal)
  const rootPainter = createPainter(options, { job: `${submission.id}:root`, message: root, draw: drawRoot, signal })
  const card = createPainter(options, { job: submission.id, message, draw: drawLive, signal })
  await showProgress(state, { root: rootPainter, card })
  if (!signal.aborted) await endThread(state, { root, card, rootPainter })
}

async function showProgress(
  state: ThreadState,
  paint: { readonly root: Painter; readonly card: Painter },
): Promise<void> {
  let before = state.view()
  if (before.submission.state !== 'finished') paint.card.paint('progress')
  while (state.submission.state !== 'finished' && !state.signal.aborted) {
    if (state.submission.state === 'running') state.follow()
    await state.changed()
    const view = state.view()
    await showHolder(state, paint.root)
    // How it ended is for the verdict to say first.
    if (view.submission.state === 'finished') break
    paint.card.paint(importance(before, view))
    if (view.submission.state !== before.submission.state) paint.root.paint('progress')
    before = view
  }
}

function importance(before: SubmissionView, now: SubmissionView): Priority {
  if (now.submission.cancelRequested && !before.submission.cancelRequested) return 'click'
  if (before.tail.length === 0 && now.tail.length > 0) return 'first-output'
  return 'progress'
}
