import type { Command } from 'commander'
import { z } from 'zod'
import { Refusal } from '../../core/errors.ts'
import { everyQueue } from '../../core/records/pauses.ts'
import type { CommandIo } from './io.ts'
import { type Operating, withRecords } from './operate.ts'

const optionsSchema = z.object({ reason: z.string().optional() })

/** Adds `pause` and `resume`: staff stop claims without stopping processes. All workers obey at their next claim. */
export function addPauseCommands(program: Command, io: CommandIo): void {
  program
    .command('pause')
    .argument('[queue]', 'one queue; all of them where none is named')
    .description('start nothing more; what runs goes on, what waits keeps its turn')
    .option('--reason <text>', 'what other staff should know')
    .action(async (queue: string | undefined, given: unknown, command: Command) => {
      const { reason = '' } = optionsSchema.parse(given)
      await withRecords(command, io, async (operating) => {
        await pauseQueue(operating, queue, reason)
        io.stdout.write(`Nothing more starts in ${named(queue)}. \`rai resume\` undoes this.\n`)
      })
    })
  program
    .command('resume')
    .argument('[queue]', 'one queue; without it, what `rai pause` without a queue stopped')
    .description('start what waits again')
    .action(async (queue: string | undefined, _given: unknown, command: Command) => {
      await withRecords(command, io, (operating) => resumeQueue(operating, queue, io))
    })
}

export async function pauseQueue({ records, actor }: Operating, queue: string | undefined, reason: string) {
  const subject = queue ?? everyQueue
  await records.pauses.pause({ queue: subject, actor, reason })
  await records.audit.write({ actor, action: 'queue.pause', subject, detail: { reason } })
}

async function resumeQueue({ records, actor }: Operating, queue: string | undefined, io: CommandIo): Promise<void> {
  const subject = queue ?? everyQueue
  if (!(await records.pauses.resume(subject))) {
    throw new Refusal('not-paused', `There is no pause of ${named(queue)}. \`rai queue ls\` shows what is paused.`)
  }
  await records.audit.write({ actor, action: 'queue.resume', subject, detail: {} })
  const left = await records.pauses.list()
  const still = left.length === 0 ? '' : ` Still paused: ${left.map((pause) => named(pause.queue)).join(', ')}.`
  io.stdout.write(`${capital(named(queue))} may start work again.${still}\n`)
}

export function named(queue: string | undefined): string {
  return queue === undefined || queue === everyQueue ? 'all queues' : `the queue ${queue}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
