import type { Notice, NoticeKind } from '../../core/records/notices.ts'
import type { Submission } from '../../core/records/submission.ts'
import { type Card, type CardButton, type CardField, plainCard } from '../card.ts'
import { clock, count, shortId, sourceName } from '../wording.ts'
import { plainLine } from './clean.ts'
import { field } from './receipt.ts'

/** What a notice about a submission is drawn from. */
export interface Trouble {
  readonly submission: Submission
  readonly who: string
}

export interface NoticesView {
  readonly notices: readonly Notice[]
  /** By the submission's id; those that the records still have. */
  readonly troubles: ReadonlyMap<string, Trouble>
}

/** Lines of one message; the rest is counted. */
const mostLines = 12

const titles: Readonly<Record<NoticeKind, (n: number) => string>> = {
  failed: (n) => (n === 1 ? 'A run failed through our fault' : `${n} runs failed through our fault`),
  silent: (n) => (n === 1 ? 'A worker went silent' : `Workers went silent, ${n} times`),
  message: (n) => `${count(n, 'message')} in the queue that nobody can read`,
  alarm: (n) => (n === 1 ? 'A part of RAI is not well' : `${n} parts of RAI are not well`),
  well: (n) => (n === 1 ? 'Well again' : `${n} parts are well again`),
}

const advice: Readonly<Record<NoticeKind, string>> = {
  failed:
    'Its owner was told that it is nobody’s fault but ours. Run again runs it in their name; `rai queue dead` on the server lists them all.',
  silent:
    'What ran there goes on elsewhere. If this repeats, look at that machine: docs/operations.md, “a worker died”.',
  message: '`rai queue dead` on the server shows them, and `rai queue retry ID` takes one off the list.',
  alarm: 'Runs may wait until it is mended. docs/operations.md says what to do.',
  well: 'Nothing more to do.',
}

/** What the course staff are told, in one message for one kind. */
export function noticesCard(view: NoticesView): Card {
  const { notices } = view
  const kind = notices[0]?.kind ?? 'alarm'
  const only = notices.length === 1 ? troubleOf(view, notices[0]) : undefined
  const card = plainCard(titles[kind](notices.length), [], kind === 'well' ? 'good' : 'ours')
  if (kind === 'failed' && only !== undefined) return { ...card, ...aboutOne(only), submission: only.submission.id }
  const alone = kind === 'failed' || notices.length > 1 ? undefined : notices[0]
  if (alone !== undefined) return { ...card, text: [lineText(view, alone), advice[kind]] }
  const lines = notices.slice(0, mostLines).map((notice) => lineOf(view, notice))
  const more = notices.length > mostLines ? [`…and ${notices.length - mostLines} more.`] : []
  const way = kind === 'failed' ? [advice.failed, 'Each one alone: `/rai retry ID`.'] : [advice[kind]]
  return { ...card, text: [...more, ...way], fields: lines }
}

function troubleOf({ troubles }: NoticesView, notice: Notice | undefined): Trouble | undefined {
  return notice?.submission === undefined ? undefined : troubles.get(notice.submission)
}

function aboutOne({ submission, who }: Trouble): Pick<Card, 'text' | 'fields' | 'buttons'> {
  const { result, attempt, course, assignment, id } = submission
  return {
    text: [plainLine(result?.sentence ?? '', 600), advice.failed].filter((text) => text !== ''),
    fields: [
      ...field('Who', plainLine(who, 60)),
      ...field('What', sourceName(submission.source)),
      ...field('Course', course),
      ...field('Assignment', assignment && plainLine(assignment, 60)),
      ...field('Error', result?.errorId ?? result?.code),
      ...field('Attempts', attempt > 0 ? String(attempt) : undefined),
      ...field('Worker', result?.worker && plainLine(result.worker, 80)),
      ...field('Id', id),
    ],
    buttons: buttonsOf(submission),
  }
}

function buttonsOf({ id, result }: Submission): CardButton[] {
  return [
    { action: 'retry', label: 'Run again', submission: id },
    ...(result?.log === undefined ? [] : [{ action: 'log' as const, label: 'Log', submission: id }]),
    { action: 'take', label: 'Take over', submission: id },
  ]
}

function lineOf(view: NoticesView, notice: Notice): CardField {
  const trouble = troubleOf(view, notice)
  const label = trouble === undefined ? clock(notice.happenedAt) : shortId(trouble.submission.id)
  return { label, value: lineText(view, notice) }
}

/** A message stays what it is, so it says when that was rather than how long ago. */
function lineText(view: NoticesView, notice: Notice): string {
  const trouble = troubleOf(view, notice)
  const said = notice.text === '' ? [] : [plainLine(notice.text, 400)]
  if (trouble === undefined)
    return [...said, ...(view.notices.length > 1 ? [] : [clock(notice.happenedAt)])].join(' · ')
  const { submission, who } = trouble
  const { errorId, code } = submission.result ?? {}
  const error = errorId ?? code
  const about = [plainLine(who, 60), sourceName(submission.source), ...(error === undefined ? [] : [error])]
  return [...said, ...about, clock(notice.happenedAt)].join(' · ')
}
