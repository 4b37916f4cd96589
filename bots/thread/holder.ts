import { lastPurpose } from '../../core/records/deliveries.ts'
import { rootCard } from '../render/cards.ts'
import { createPainter, type Painter } from './painter.ts'
import type { ThreadState } from './state.ts'

/** Somebody took the thread over, or gave it back: its first message says so, before anything else goes on. */
export async function showHolder({ options, submission, signal }: ThreadState, root: Painter): Promise<void> {
  if (submission.holderIsNews !== true || signal.aborted) return
  await root.finish()
  if (!signal.aborted) await options.records.takeovers.shown(submission.id, submission.holder?.account)
}

/** Whether all that is owed is who looks after it: the thread itself was complete before. */
export async function onlyHolderIsNews({ options, submission }: ThreadState): Promise<boolean> {
  if (submission.state !== 'finished' || submission.holderIsNews !== true) return false
  const messages = await options.records.deliveries.ofSubmission(submission.id)
  return messages.some(({ purpose, state }) => purpose === lastPurpose && state !== 'sending')
}

export async function repaintRoot(state: ThreadState): Promise<void> {
  const { options, submission, signal } = state
  const messages = await options.records.deliveries.ofSubmission(submission.id)
  const message = messages.find(({ purpose }) => purpose === 'root')?.message
  const draw = () => rootCard(state.view())
  await showHolder(state, createPainter(options, { job: `${submission.id}:root`, message, draw, signal }))
}
