import { describeFirstError } from '../../core/log/first-error.ts'
import type { Result } from '../../core/records/json.ts'
import type { Submission } from '../../core/records/submission.ts'
import { gradedSentences } from '../../core/submission/graded-words.ts'
import type { Card, CardButton, CardField } from '../card.ts'
import type { Links } from '../links.ts'
import { costsNothing, duration, linksWork, size, verdictTitle } from '../wording.ts'
import { againstLine } from './changes.ts'
import { cleanLine, plainLine } from './clean.ts'
import { countsFor, field, receiptFields, warnings } from './receipt.ts'
import type { SubmissionView } from './view.ts'

/** Lines of output under a verdict, and how many commands are listed. */
const lastLines = 15
const mostCommands = 10
/** What is wrong with a build file comes as a list. No other line end in a sentence is one: strangers write some of it. */
const problemLine = /\n(?=- (?:line \d+, column \d+: |and \d+ more\.))/

/** How it ended: the cause first, then where to look, then what it cost. */
export function verdictCard(view: SubmissionView): Card {
  const { submission, firstError = submission.result?.firstError } = view
  const ended = submission.verdict !== 'succeeded'
  return {
    title: verdictHeadline(submission),
    tone: toneOf(submission),
    text: [
      ...sentences(submission),
      ...gradedSentences(submission).map((sentence) => plainLine(sentence, 600)),
      ...(ended && firstError !== undefined ? [`First error: ${describeFirstError(firstError)}`] : []),
      ...(submission.result?.notices.slice(0, 5).map((notice) => plainLine(notice, 300)) ?? []),
      ...(view.parent === undefined ? [] : [againstLine(view.parent, submission)]),
      ...(submission.attempt === 0 ? warnings(submission) : []),
      ...(view.links === undefined ? [] : [linksWork(view.links.expiresAt)]),
    ],
    fields: [...resultFields(submission.result), ...idFields(submission)],
    tail: withoutVerdict(view.tail, submission).slice(-lastLines),
    buttons: buttons(submission, view.links),
    submission: submission.id,
  }
}

export function verdictHeadline({ verdict, result }: Submission): string {
  if (verdict === undefined) return 'Finished'
  const ran =
    result === undefined || result.durationMs === 0
      ? ''
      : ` ${verdict === 'succeeded' ? 'in' : 'after'} ${duration(result.durationMs)}`
  return `${verdictTitle(verdict)}${ran}`
}

export function toneOf({ state, verdict }: Submission): Card['tone'] {
  if (verdict === undefined) return state === 'received' || state === 'queued' ? 'neutral' : 'working'
  if (verdict === 'succeeded') return 'good'
  if (verdict === 'system-error') return 'ours'
  return verdict === 'cancelled' ? 'neutral' : 'bad'
}

function sentences({ verdict, result }: Submission): string[] {
  if (result === undefined) return []
  const said = result.sentence.split(problemLine)
  const cause = said.map((line) => plainLine(line, 600)).filter((line) => line !== '')
  if (verdict !== 'system-error') return cause
  return [...cause, result.errorId === undefined ? costsNothing : `${costsNothing} Its id is ${result.errorId}.`]
}

/** The log ends with the sentence that the card begins with. */
function withoutVerdict(tail: readonly string[], { result }: Submission): readonly string[] {
  const said = result === undefined ? '' : cleanLine(result.sentence)
  return tail.at(-1) === said ? tail.slice(0, -1) : tail
}

export function linkLines({ build, log, expiresAt }: Links): string[] {
  return [
    ...(build === undefined ? [] : [`Build folder: ${build}`]),
    ...(log === undefined ? [] : [`Whole log: ${log}`]),
    linksWork(expiresAt),
  ]
}

function resultFields(result: Result | undefined): CardField[] {
  if (result === undefined) return []
  const more = result.commands.length - mostCommands
  return [
    ...result.commands.slice(0, mostCommands).map((command) => ({
      label: `$ ${plainLine(command.text, 60)}`,
      value: `${command.signal ?? (command.exitCode === null ? 'stopped' : `exit ${command.exitCode}`)}, ${duration(command.durationMs)}`,
    })),
    ...field('Commands', more > 0 ? `and ${more} more` : undefined),
    ...field('Peak memory', result.peakMemoryBytes === undefined ? undefined : size(result.peakMemoryBytes)),
    ...field('Build folder', result.build === undefined ? undefined : size(result.build.bytes)),
  ]
}

function idFields(submission: Submission): CardField[] {
  const wanted = submission.attempt === 0 ? ['Source', 'Commit', 'Id'] : ['Id']
  return receiptFields(submission).filter(({ label }) => wanted.includes(label) || label.startsWith(countsFor))
}

function buttons(submission: Submission, links: Links | undefined): CardButton[] {
  const { id, staged, result } = submission
  const rerun: CardButton[] = staged === undefined ? [] : [{ action: 'rerun', label: 'Run again', submission: id }]
  const log: CardButton[] =
    result?.log === undefined ? [] : [{ action: 'log', label: 'Whole log', submission: id, ...urlOf(links?.log) }]
  const build: CardButton[] =
    result?.build === undefined ? [] : [{ action: 'link', label: 'Link', submission: id, ...urlOf(links?.build) }]
  return [...rerun, ...log, ...build, ...takeButton(submission)]
}

/** Where somebody may want help with what ran. */
function takeButton({ id, verdict, attempt }: Submission): CardButton[] {
  if (verdict === 'succeeded' || verdict === 'cancelled' || attempt === 0) return []
  return [{ action: 'take', label: 'Staff: take over', submission: id }]
}

function urlOf(url: string | undefined) {
  return url === undefined ? {} : { url }
}
