import type { Submission } from '../../core/records/submission.ts'
import type { Card, CardButton, CardField } from '../card.ts'
import { count, duration, elapsed, looksAfter, place, sourceName, stateTitle } from '../wording.ts'
import { cleanLine, plainLine } from './clean.ts'
import { field, receiptFields, warnings } from './receipt.ts'
import { toneOf, verdictHeadline } from './verdict.ts'
import type { SubmissionView } from './view.ts'

/** Lines of output in a live card. */
const liveLines = 12
/** Lines of an enforced build file in a card. */
const buildFileLines = 25

/** The message in the channel: who runs what, and how it went once that is known. */
export function rootCard({ submission, who }: SubmissionView): Card {
  const { assignment, staged, holder } = submission
  const what = [
    sourceName(submission.source),
    ...(staged?.commit === undefined ? [] : [staged.commit.slice(0, 8)]),
    ...(assignment === undefined ? [] : [plainLine(assignment, 60)]),
  ]
  return {
    title: `${plainLine(who, 60)}: ${what.join(' · ')}`,
    tone: toneOf(submission),
    text: [
      submission.state === 'finished' ? verdictHeadline(submission) : stateTitle(submission),
      ...(holder === undefined ? [] : [looksAfter(plainLine(holder.name, 60))]),
    ],
    fields: [],
    tail: [],
    buttons: holder === undefined ? [] : [{ action: 'release', label: 'Release', submission: submission.id }],
    submission: submission.id,
  }
}

/** The message in the thread that is edited in place while there is something to say. */
export function liveCard(view: SubmissionView): Card {
  const { submission } = view
  const ended = submission.state === 'finished'
  return {
    // How it ended is said below, by the verdict.
    title: ended ? 'What was submitted' : stateTitle(submission),
    ...noteOf(view),
    tone: ended ? 'neutral' : toneOf(submission),
    text: [...retryText(submission), ...warnings(submission)],
    fields: [...progressFields(view), ...receiptFields(submission)],
    tail: tailOf(view),
    buttons: liveButtons(submission),
    submission: submission.id,
  }
}

/** Its output, and before there is any the build file that the course enforces: it is not the one that was sent. */
function tailOf({ submission, tail }: SubmissionView): readonly string[] {
  if (submission.state === 'running') return tail.slice(-liveLines)
  if (submission.state === 'finished') return []
  const lines = submission.staged?.job.shownBuildFile?.trimEnd().split('\n') ?? []
  const shown = lines.slice(0, buildFileLines).map((line) => cleanLine(line, { longest: 200, colours: false }))
  return lines.length > buildFileLines
    ? [...shown, `… and ${count(lines.length - buildFileLines, 'line')} more`]
    : shown
}

function noteOf({ submission, turn, now }: SubmissionView): { readonly note?: string } {
  if (submission.state === 'queued' && turn !== undefined) return { note: place(turn) }
  if (submission.state === 'running') return { note: elapsed(now - (submission.startedAt ?? now)) }
  return {}
}

function retryText({ state, attempt, handBacks }: Submission): string[] {
  const failed = attempt - handBacks - (state === 'running' ? 1 : 0)
  if (state === 'finished' || failed < 1) return []
  return [`Trying again after ${count(failed, 'failure')} on our side. You need to do nothing.`]
}

function progressFields({ submission }: SubmissionView): CardField[] {
  const { attempt, state, staged } = submission
  return [
    ...field('Queue', state === 'running' ? waited(submission) : undefined),
    ...field('Attempt', state === 'running' && attempt > 1 ? String(attempt) : undefined),
    ...field('Image', state === 'running' && staged !== undefined ? plainLine(staged.job.image) : undefined),
    ...field('Time limit', state === 'running' && staged !== undefined ? duration(staged.job.timeMs) : undefined),
  ]
}

/** Also says that it was queued where that was over before anybody could see it. */
function waited({ queue, queuedAt, startedAt, attempt }: Submission): string | undefined {
  if (queuedAt === undefined || startedAt === undefined || attempt > 1) return undefined
  return `${plainLine(queue, 80)}, waited ${duration(startedAt - queuedAt)}`
}

function liveButtons({ id, state, cancelRequested }: Submission): CardButton[] {
  if (state === 'finished' || cancelRequested) return []
  return [{ action: 'cancel', label: 'Cancel', submission: id }]
}

/** One line of a list: `Succeeded in 1.4 s`, `Waiting: 3rd in line`. */
export function summary(view: SubmissionView): string {
  const { submission } = view
  if (submission.verdict === undefined) return [stateTitle(submission), noteOf(view).note ?? []].flat().join(': ')
  return verdictHeadline(submission)
}
