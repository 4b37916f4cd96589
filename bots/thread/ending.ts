import { failpoint } from '../../core/failpoint.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { Card } from '../card.ts'
import { ChatError, type MessageRef } from '../chat.ts'
import type { Links } from '../links.ts'
import { rootCard } from '../render/cards.ts'
import { verdictCard } from '../render/verdict.ts'
import { logTooLarge } from '../wording.ts'
import { deliver, giveUp } from './deliver.ts'
import { threadDefaults } from './options.ts'
import type { Painter } from './painter.ts'
import type { ThreadState } from './state.ts'

export interface EndingThread {
  readonly root: MessageRef
  readonly card: Painter
  readonly rootPainter: Painter
}

/** Verdict first, then the messages that showed progress, then the whole log, then nothing more. */
export async function endThread(state: ThreadState, { root, card, rootPainter }: EndingThread): Promise<void> {
  const { options, submission, signal } = state
  const drawn = await drawVerdict(state)
  await deliver(
    options,
    {
      submission,
      purpose: 'verdict',
      priority: 'verdict',
      root,
      send: (id) => options.chat.post(root, drawn, id),
    },
    signal,
  )
  await Promise.all([rootPainter.finish(), card.finish()])
  signal.throwIfAborted()
  await postLog(state, root)
  await settle(state, root)
  await failpoint('thread-ended')
}

/** Where the course wants nothing but the verdict in its channel. */
export async function postVerdictAlone(state: ThreadState): Promise<void> {
  const { options, submission, signal } = state
  const verdict = await drawVerdict(state)
  const { title } = rootCard(state.view())
  const card = { ...verdict, title: `${title}: ${verdict.title}`, tail: [] }
  const send = (id: string) => options.chat.postRoot(submission.place, card, id)
  await deliver(options, { submission, purpose: 'verdict', priority: 'verdict', send }, signal)
  await giveUp(options, submission, ['root', 'card', 'log'], 'the course wants only verdicts')
}

async function drawVerdict(state: ThreadState): Promise<Card> {
  const { options, submission, signal } = state
  if (submission.attempt > 0) {
    await state.follow().drained(submission.attempt, options.drainMs ?? threadDefaults.drainMs)
    signal.throwIfAborted()
  }
  const links = await postableLinks(state)
  const parent = await parentOf(state)
  return verdictCard({
    ...state.view(),
    ...(links === undefined ? {} : { links }),
    ...(parent === undefined ? {} : { parent }),
  })
}

/** What it repeats, where both ran. The verdict is worth posting without. */
async function parentOf({ options, submission }: ThreadState): Promise<Submission | undefined> {
  if (submission.parent === undefined || submission.attempt === 0) return undefined
  const parent = await options.records.lookup.byId(submission.parent)
  return parent?.state === 'finished' ? parent : undefined
}

/** Links go where others cannot read them, or where the course made results public. */
async function postableLinks({ options, course, submission }: ThreadState): Promise<Links | undefined> {
  const open = options.alone === true || course?.publicResults === true || course?.visibility === 'private'
  if (!open || (submission.result?.build === undefined && submission.result?.log === undefined)) return undefined
  try {
    return await options.links(submission)
  } catch (error) {
    options.logger.warn({ submission: submission.id, err: describeError(error) }, 'could not sign links')
    return undefined
  }
}

async function postLog(state: ThreadState, root: MessageRef): Promise<void> {
  const { options, submission, signal } = state
  const file = submission.result?.log === undefined ? undefined : await options.openLog(submission)
  if (file === undefined) return giveUp(options, submission, ['log'], 'there is no log')
  const send = async (id: string) => {
    try {
      return await options.chat.postFile(root, file, id)
    } catch (error) {
      if (!(error instanceof ChatError && error.failure === 'too-large')) throw error
      return options.chat.post(root, tooLargeCard(submission.id, file.bytes), id)
    }
  }
  await deliver(options, { submission, purpose: 'log', priority: 'progress', root, send }, signal)
}

function tooLargeCard(submission: string, bytes: number): Card {
  const buttons = [{ action: 'log' as const, label: 'Whole log', submission }]
  return { title: logTooLarge(bytes), tone: 'neutral', text: [], fields: [], tail: [], buttons, submission }
}

/** The thread is complete without it, so a failure is only worth a line. */
async function settle({ options, submission }: ThreadState, root: MessageRef): Promise<void> {
  try {
    await options.chat.settle(root)
  } catch (error) {
    options.logger.warn({ submission: submission.id, err: describeError(error) }, 'could not settle a thread')
  }
}
