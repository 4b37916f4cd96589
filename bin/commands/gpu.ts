import type { Command } from 'commander'
import { z } from 'zod'
import { Refusal } from '../../core/errors.ts'
import { gpuLines, minuteLines } from './gpu-lines.ts'
import type { CommandIo } from './io.ts'
import { withRecords } from './operate.ts'

const dayMs = 86_400_000
const mostTeams = 1000

/** Adds `gpu ls|minutes`: who has which GPU, and who had how much. */
export function addGpuCommands(program: Command, io: CommandIo): void {
  const gpu = program.command('gpu').description('who has which GPU, and who had how much')
  const print = (lines: readonly string[]) => io.stdout.write(lines.map((line) => `${line}\n`).join(''))
  gpu
    .command('ls')
    .description('which GPUs the workers have, and who has which of them now')
    .action((_given: unknown, command: Command) =>
      withRecords(command, io, async ({ records }) => {
        print(gpuLines(await records.fleet.live(), await records.gpus.inUse(), Date.now()))
      }),
    )
  gpu
    .command('minutes')
    .description('GPU minutes of each team, the most first')
    .option('--days <n>', 'of the last so many days; all of them where it is not given')
    .action((given: unknown, command: Command) =>
      withRecords(command, io, async ({ records }) => {
        print(minuteLines(await records.gpus.timeByTeam(sinceOf(given), mostTeams)))
      }),
    )
}

function sinceOf(given: unknown): number {
  const { days } = z.object({ days: z.string().optional() }).parse(given)
  if (days === undefined) return 0
  if (!/^[1-9]\d{0,4}$/.test(days))
    throw new Refusal('bad-days', `--days takes a number of days, not ${days}.`, { days })
  return Date.now() - Number(days) * dayMs
}
