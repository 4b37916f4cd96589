import type { Submission } from '../../core/records/submission.ts'
import { type Card, type CardField, plainCard } from '../card.ts'
import { summary } from '../render/cards.ts'
import { plainLine } from '../render/clean.ts'
import { valueText } from '../render/ranked-value.ts'
import { ago, shortId, sourceName } from '../wording.ts'
import type { Answer, CommandContext } from './request.ts'

export function privately(card: Card): Answer {
  return { card, private: true }
}

export function fieldsCard(title: string, fields: readonly CardField[], text: readonly string[] = []): Card {
  return { ...plainCard(title, text), fields }
}

/** Each submission as one line: state and place, source, age. */
export async function listSubmissions(
  context: Pick<CommandContext, 'viewQueue' | 'now'>,
  submissions: readonly Submission[],
): Promise<CardField[]> {
  const waiting = submissions.filter(({ state }) => state === 'queued')
  const queues = [...new Set(waiting.map(({ queue }) => queue))]
  const views = new Map(
    await Promise.all(queues.map(async (queue) => [queue, await context.viewQueue(queue)] as const)),
  )
  return submissions.map((submission) => {
    const turn = views.get(submission.queue)?.turnOf(submission.id)
    const now = context.now()
    const state = summary({ submission, who: '', tail: [], now, ...(turn === undefined ? {} : { turn }) })
    const parts = [
      state,
      sourceName(submission.source),
      ...assignmentParts(submission),
      ago(now - submission.receivedAt),
    ]
    const value = parts.join(' · ')
    return { label: shortId(submission.id), value }
  })
}

/** What it was for, whether it counts, and what was measured. */
function assignmentParts({ assignment, standing, result }: Submission): string[] {
  if (assignment === undefined) return []
  const { measured, grade } = result ?? {}
  return [
    plainLine(assignment, 40),
    ...(standing === undefined ? [] : [standing.counts ? 'counts' : 'does not count']),
    ...(measured === undefined ? [] : [valueText('time', measured.takenMs)]),
    ...(grade?.score === undefined ? [] : [valueText('score', grade.score)]),
  ]
}
