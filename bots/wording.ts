import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { Submission } from '../core/records/submission.ts'
import type { SourceRequest, SubmissionState, Verdict } from '../core/vocabulary.ts'
import type { QueueView, Turn } from './queue-view.ts'
import { plainLine } from './render/clean.ts'

/** What RAI says in a chat, in one place: plain, kind, exact. */

export const missingOutput = '… some output is missing here; the whole log has it …'
export const onOurSide = (id: string) => `Something went wrong on our side (${id}). It is nothing you did.`
export const tellStaff = 'Please try again in a minute; if it stays, give the course staff that id.'

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  return prettyMilliseconds(ms, ms < 60_000 ? { secondsDecimalDigits: 1 } : { secondsDecimalDigits: 0, unitCount: 2 })
}

/** Whole seconds, for what is redrawn while it grows. */
export function elapsed(ms: number): string {
  return ms < 1000 ? '0s' : prettyMilliseconds(Math.floor(ms / 1000) * 1000, { secondsDecimalDigits: 0 })
}

export function ago(ms: number): string {
  return ms < 5_000 ? 'just now' : `${prettyMilliseconds(ms, { compact: true })} ago`
}

export function size(bytes: number): string {
  return prettyBytes(bytes)
}

export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** Enough of an id to say it. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

export function sourceName(source: SourceRequest): string {
  switch (source.kind) {
    case 'git':
      return plainLine(gitName(source))
    case 'attachment':
      return plainLine(source.name, 80)
    case 'local':
      return plainLine(source.path)
    case 'rerun':
      return `again ${shortId(source.submission)}`
  }
}

function gitName({ url, ref, folder }: Extract<SourceRequest, { kind: 'git' }>): string {
  const name = url.replace(/^\w+:\/\//, '').replace(/\.git$/, '')
  return [name, folder === undefined ? '' : `/${folder}`, ref === undefined ? '' : ` at ${ref}`].join('')
}

function ordinal(n: number): string {
  const rest = n % 100
  const suffix = rest >= 11 && rest <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}

export function place({ position, startsInMs }: Turn): string {
  const where = position === 1 ? 'next in line' : `${ordinal(position)} in line`
  return `${where}, ${startsInMs === undefined ? 'no estimate yet' : startIn(startsInMs)}`
}

/** Rounded up, because a guess that is exact to the second is a lie. */
function startIn(ms: number): string {
  if (ms < 15_000) return 'starts in a moment'
  if (ms < 60_000) return 'starts in less than a minute'
  return `starts in about ${prettyMilliseconds(Math.ceil(ms / 60_000) * 60_000, { verbose: true, unitCount: 2 })}`
}

export function queueLine({ waiting, running }: Pick<QueueView, 'waiting' | 'running'>): string {
  if (waiting === 0 && running === 0) return 'Nobody waits and nothing runs.'
  return `${waiting === 0 ? 'Nobody waits' : `${count(waiting, 'submission')} ${waiting === 1 ? 'waits' : 'wait'}`}, ${running} ${running === 1 ? 'runs' : 'run'}.`
}

const stateTitles: Readonly<Record<SubmissionState, string>> = {
  received: 'Received',
  staging: 'Fetching the code',
  queued: 'Waiting',
  running: 'Running',
  finished: 'Finished',
}

export function stateTitle({ state, cancelRequested }: Pick<Submission, 'state' | 'cancelRequested'>): string {
  return cancelRequested && state !== 'finished' ? 'Cancelling' : stateTitles[state]
}

const verdictTitles: Readonly<Record<Verdict, string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  'timed-out': 'Out of time',
  'out-of-memory': 'Out of memory',
  'output-limit': 'Printed too much',
  'disk-limit': 'Out of disk space',
  cancelled: 'Cancelled',
  refused: 'Not accepted',
  'system-error': 'Our fault',
}

export function verdictTitle(verdict: Verdict): string {
  return verdictTitles[verdict]
}

export function receivedText(visibility: 'public' | 'private' | 'quiet'): string {
  if (visibility === 'private') return 'You get its progress in a direct message.'
  if (visibility === 'quiet') return 'The verdict will be posted here.'
  return 'Its thread shows how it goes.'
}

export const looksAfter = (name: string) => `${name} of the course staff looks after this.`
export const linksWork = (expiresAt: number) => `Its links work until ${clock(expiresAt)}.`
export const logTooLarge = (bytes: number) =>
  `The whole log is ${size(bytes)}, more than this chat takes as a file. Whole log gives you a link to it.`
export const costsNothing = 'This was our fault and does not count against you.'
