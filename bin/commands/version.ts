import type { Command } from 'commander'
import { readVersion } from '../version.ts'
import type { CommandIo } from './io.ts'

export function addVersionCommand(program: Command, io: CommandIo): void {
  program
    .command('version')
    .description('print the version')
    .action(() => {
      io.stdout.write(`${readVersion()}\n`)
    })
}
