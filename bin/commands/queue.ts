import type { Command } from 'commander'
import { z } from 'zod'
import { Refusal } from '../../core/errors.ts'
import { listDeadLetters, revive } from '../../core/submission/dead-letters.ts'
import { listenForShutdown } from '../lifecycle.ts'
import type { CommandIo } from './io.ts'
import { type Operating, withRecords } from './operate.ts'
import { drainQueue } from './queue-drain.ts'
import { deadLine, queueLines } from './queue-lines.ts'

const mostDead = 100

/** Adds `queue ls|dead|retry|drain`: what staff do about waiting work. */
export function addQueueCommands(program: Command, io: CommandIo): void {
  const queue = program.command('queue').description('look at the queues, and mend what went wrong')
  const lines = (texts: readonly string[]) => io.stdout.write(texts.map((text) => `${text}\n`).join(''))
  queue
    .command('ls')
    .description('how much waits and runs, for how long, which workers live, and what is paused')
    .action((_given: unknown, command: Command) =>
      withRecords(command, io, async ({ records, config }) => {
        const states = await records.operations.queues()
        const pauses = await records.pauses.list()
        lines(queueLines({ states, pauses, configured: config.server.queues, workers: await records.fleet.live() }))
      }),
    )
  queue
    .command('dead')
    .description('what ended through our fault, and messages that nobody can read')
    .action((_given: unknown, command: Command) =>
      withRecords(command, io, async ({ records }) => {
        const letters = await listDeadLetters(records, mostDead)
        lines(letters.length === 0 ? ['Nothing has died.'] : letters.map(deadLine))
      }),
    )
  addRetry(queue, io)
  addDrain(queue, io)
}

function addRetry(queue: Command, io: CommandIo): void {
  queue
    .command('retry')
    .argument('[ids...]', 'ids, or their beginnings, from `rai queue dead`')
    .option('--all', `everything that \`rai queue dead\` lists`)
    .description('run dead submissions again, at no cost to the student; drop dead messages')
    .action(async (ids: string[], given: unknown, command: Command) => {
      const { all = false } = z.object({ all: z.boolean().optional() }).parse(given)
      if (!all && ids.length === 0) throw new Refusal('nothing-named', 'Name the ids to retry, or say --all.')
      await withRecords(command, io, async (operating) => {
        const wanted = all ? await everyDeadId(operating) : ids
        for (const id of wanted) io.stdout.write(`${await retry(operating, id)}\n`)
        if (wanted.length === 0) io.stdout.write('Nothing has died.\n')
      })
    })
}

async function everyDeadId({ records }: Operating): Promise<string[]> {
  const letters = await listDeadLetters(records, mostDead)
  return letters.map((letter) => (letter.kind === 'message' ? letter.message.id : letter.submission.id))
}

async function retry({ records, actor }: Operating, id: string): Promise<string> {
  const revived = await revive(records, id)
  if (revived.kind === 'message') {
    const { id: subject, queue } = revived.message
    await records.audit.write({ actor, action: 'message.drop', subject, detail: { queue } })
    return `${subject} was a message without work in it; it is off the list.`
  }
  const { submission, repeated } = revived
  const subject = submission.parent ?? id
  if (repeated) return `${subject} was retried before, as ${submission.id}.`
  await records.audit.write({ actor, action: 'submission.retry', subject, detail: { child: submission.id } })
  return `${subject} runs again as ${submission.id}, with its old submission time.`
}

const drainSchema = z.object({ cancel: z.boolean().optional(), reason: z.string().optional() })

function addDrain(queue: Command, io: CommandIo): void {
  queue
    .command('drain')
    .argument('[queue]', 'one queue; all of them where none is named')
    .description('pause, then wait until nothing runs any more')
    .option('--cancel', 'cancel what runs instead of waiting for it; what waits keeps its turn')
    .option('--reason <text>', 'what other staff should know')
    .action(async (name: string | undefined, given: unknown, command: Command) => {
      const { cancel = false, reason = '' } = drainSchema.parse(given)
      const shutdown = listenForShutdown(() => io.stdout.write('Not waiting any longer. The pause stays.\n'))
      try {
        await withRecords(command, io, (operating) =>
          drainQueue(operating, { queue: name, cancel, reason, signal: shutdown.signal, out: io.stdout }),
        )
      } finally {
        shutdown.close()
      }
    })
}
