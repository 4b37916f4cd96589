import { stripVTControlCharacters } from 'node:util'
import prettyMilliseconds from 'pretty-ms'
import type { Announcement } from '../../core/records/fleet.ts'
import type { QueueState } from '../../core/records/operations.ts'
import { everyQueue, type Pause } from '../../core/records/pauses.ts'
import type { DeadLetter } from '../../core/submission/dead-letters.ts'

/** What `rai queue ls` is drawn from. */
export interface QueuesView {
  readonly states: readonly QueueState[]
  readonly pauses: readonly Pause[]
  /** Shown even when they are empty. */
  readonly configured: readonly string[]
  /** That live. */
  readonly workers: readonly Announcement[]
}

/** What `rai queue ls` prints. */
export function queueLines(view: QueuesView): string[] {
  const { states, pauses, configured, workers } = view
  const empty = { staging: 0, waiting: 0, running: 0, oldestMs: 0 }
  const names = [...configured, ...states.map(({ queue }) => queue), ...pauses.map(({ queue }) => queue)]
  const rows = [...new Set(names)]
    .filter((queue) => queue !== everyQueue)
    .sort()
    .map((queue) => rowOf(states.find((state) => state.queue === queue) ?? { queue, ...empty }, view))
  const everything = pauses.find(({ queue }) => queue === everyQueue)
  const head = everything === undefined ? [] : [`All queues are paused${because(everything)}.`]
  const titles = ['queue', 'staging', 'waiting', 'running', 'oldest', 'workers', '']
  return [...head, columns(titles), ...rows.map(columns), workersLine(workers)]
}

function workersLine(workers: readonly Announcement[]): string {
  if (workers.length === 0) return 'No worker lives: nothing starts.'
  const each = workers.map(({ host, slots }) => `${plain(host)} (${slots === 1 ? '1 slot' : `${slots} slots`})`)
  return `Workers that live: ${each.sort().join(', ')}.`
}

function rowOf(state: QueueState, { pauses, workers }: QueuesView): string[] {
  const { queue, staging, waiting, running, oldestMs } = state
  const pause = pauses.find((one) => one.queue === queue)
  const oldest = waiting === 0 ? '–' : prettyMilliseconds(oldestMs, { compact: true })
  return [
    queue,
    String(staging),
    String(waiting),
    String(running),
    oldest,
    String(workers.filter(({ queues }) => queues.includes(queue)).length),
    pause === undefined ? '' : `paused${because(pause)}`,
  ]
}

function because({ actor, pausedAt, reason }: Pause): string {
  const when = new Date(pausedAt).toISOString()
  return ` by ${plain(actor)} since ${when}${reason === '' ? '' : `: ${plain(reason)}`}`
}

function columns([queue = '', ...rest]: readonly string[]): string {
  return `${queue.padEnd(28)} ${rest.map((cell) => cell.padStart(8)).join(' ')}`.trimEnd()
}

/** A line of `rai queue dead`: id, when, where, why, and what the logs know it by. */
export function deadLine(letter: DeadLetter): string {
  if (letter.kind === 'message') {
    const { id, receivedAt, queue, problem, body } = letter.message
    const start = JSON.stringify(body.slice(0, 60))
    return [id, at(receivedAt), queue, 'invalid-message', `error ${id.slice(0, 8)}`, `${plain(problem)} ${start}`].join(
      '  ',
    )
  }
  const { id, finishedAt = 0, queue, attempt, account, result } = letter.submission
  const error = result?.errorId === undefined ? 'no error id' : `error ${result.errorId}`
  const tries = attempt === 1 ? '1 attempt' : `${attempt} attempts`
  return [id, at(finishedAt), queue, result?.code ?? 'system-error', error, `${tries}, account ${account}`].join('  ')
}

function at(time: number): string {
  return new Date(time).toISOString()
}

/** One line of a terminal, whatever somebody put into it. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\s]+/gu, ' ')
}
