import { type LogCursor, logStart, type SubmissionLog } from '../../core/log/log.ts'
import type { Submission } from '../../core/records/submission.ts'
import { type Card, plainCard } from '../card.ts'
import { toneOf } from '../render/verdict.ts'
import { createLogFold } from '../tail.ts'
import { linksWork, shortId, stateTitle } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { nothingYet } from './refusals.ts'
import { ownerOf, type Seat, seatOf, targetOf } from './seat.ts'

/** Lines shown; and pages of entries read to find them, so that a huge log cannot hold up an answer. */
const lastLines = 30
const pageEntries = 1_000
const mostPages = 30

export const logCommand: Command = {
  name: 'log',
  usage: '[id]',
  summary: 'The last lines of output, and a link to the whole log once there is one',
  options: {},
  mostWords: 1,
  async run(call) {
    const seat = await seatOf(call)
    const submission = await targetOf(call, seat, () => newest(call, seat))
    const lines = await readTail(call.context.logs, submission.id)
    return privately({ ...(await wholeLog(call, submission)), tail: lines, tone: toneOf(submission) })
  },
}

async function wholeLog({ context }: CommandCall, submission: Submission): Promise<Card> {
  const title = `Output of ${shortId(submission.id)}`
  if (submission.result?.log === undefined) return plainCard(title, [`${stateTitle(submission)}.`])
  const { log, expiresAt } = await context.links(submission)
  return plainCard(title, log === undefined ? [] : [`Whole log: ${log}`, linksWork(expiresAt)])
}

async function newest({ context }: CommandCall, seat: Seat): Promise<Submission> {
  const [last] = await context.records.lookup.history(ownerOf(seat), 1)
  if (last === undefined) throw nothingYet('submitted')
  return last
}

/** The live log's last lines; none where it has expired. */
async function readTail(logs: SubmissionLog, submission: string): Promise<string[]> {
  const fold = createLogFold(lastLines)
  let after: LogCursor = logStart
  for (let page = 0; page < mostPages; page += 1) {
    const entries = await logs.read(submission, { after, limit: pageEntries })
    for (const entry of entries) fold.push(entry)
    if (entries.length < pageEntries) break
    after = fold.cursor
  }
  return fold.tail().map(({ text }) => text)
}
