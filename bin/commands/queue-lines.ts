import { stripVTControlCharacters } from 'node:util'
import prettyMilliseconds from 'pretty-ms'
import type { QueueState } from '../../core/records/operations.ts'
import { everyQueue, type Pause } from '../../core/records/pauses.ts'
import type { DeadLetter } from '../../core/submission/dead-letters.ts'

/** What `rai queue ls` prints. Configured queues are shown even when they are empty. */
export function queueLines(
  states: readonly QueueState[],
  pauses: readonly Pause[],
  configured: readonly string[],
): string[] {
  const empty = { staging: 0, waiting: 0, running: 0, oldestMs: 0 }
  const names = [...configured, ...states.map(({ queue }) => queue), ...pauses.map(({ queue }) => queue)]
  const rows = [...new Set(names)]
    .filter((queue) => queue !== everyQueue)
    .sort()
    .map((queue) => rowOf(states.find((state) => state.queue === queue) ?? { queue, ...empty }, pauses))
  const everything = pauses.find(({ queue }) => queue === everyQueue)
  const head = everything === undefined ? [] : [`All queues are paused${because(everything)}.`]
  return [...head, columns(['queue', 'staging', 'waiting', 'running', 'oldest', '']), ...rows.map(columns)]
}

function rowOf({ queue, staging, waiting, running, oldestMs }: QueueState, pauses: readonly Pause[]): string[] {
  const pause = pauses.find((one) => one.queue === queue)
  const oldest = waiting === 0 ? '–' : prettyMilliseconds(oldestMs, { compact: true })
  return [
    queue,
    String(staging),
    String(waiting),
    String(running),
    oldest,
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
