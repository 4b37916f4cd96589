import { Command, CommanderError } from 'commander'
import { ConfigError, messageOf, ProviderError, Refusal } from '../core/errors.ts'
import { addBackupCommands } from './commands/backup.ts'
import { addBotCommand } from './commands/bot.ts'
import { addCheckCommand } from './commands/check.ts'
import { addConfigCommands } from './commands/config.ts'
import { addCryptoCommands } from './commands/crypto.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import type { CommandIo } from './commands/io.ts'
import { addPauseCommands } from './commands/pause.ts'
import { addQueueCommands } from './commands/queue.ts'
import { addSubmitCommand } from './commands/submit.ts'
import { addSweepCommand } from './commands/sweep.ts'
import { addUpCommand } from './commands/up.ts'
import { addWorkerCommand } from './commands/worker.ts'
import { readVersion } from './version.ts'

/** `rai`, with all its sub-commands. */
export function createProgram(io: CommandIo): Command {
  const program = new Command('rai')
    .description("A course's project submission system that lives in the class chat.")
    .option('-s, --secret <secret>', 'app secret; better in RAI_SECRET or ~/.rai_secret')
    .option('--config <file>', 'configuration file')
    .option('-d, --debug', 'log everything')
    .option('-v, --verbose', 'log more')
    .addHelpText('after', '\n-V is the same as -v, as in RAI of 2017; the version is `rai version`.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showSuggestionAfterError()
  addUpCommand(program, io)
  addBotCommand(program, io)
  addWorkerCommand(program, io)
  addSubmitCommand(program, io)
  addCheckCommand(program, io)
  addDemoCommand(program, io)
  addConfigCommands(program, io)
  addCryptoCommands(program, io)
  addDoctorCommand(program, io)
  addQueueCommands(program, io)
  addPauseCommands(program, io)
  addSweepCommand(program, io)
  addBackupCommands(program, io)
  program
    .command('version')
    .description('print the version')
    .action(() => {
      io.stdout.write(`${readVersion()}\n`)
    })
  return program
}

/** Runs one command line. Never rejects: what went wrong is a line on stderr and the exit code. */
export async function runProgram(io: CommandIo, words: readonly string[]): Promise<void> {
  try {
    await createProgram(io).parseAsync(words.map(asKnown), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return io.setExitCode(error.exitCode === 0 ? 0 : 2)
    io.stderr.write(`${explain(error)}\n`)
    io.setExitCode(exitCodeOf(error))
  }
}

/** The original's other spelling of `-v`; and what everybody tries first. */
function asKnown(word: string): string {
  if (word === '-V') return '-v'
  return word === '--version' ? 'version' : word
}

function explain(error: unknown): string {
  if (error instanceof Refusal || error instanceof ProviderError) return error.message
  if (error instanceof ConfigError) return `The configuration has problems, so nothing was started:\n${error.message}`
  if (isAbort(error)) return 'Stopped.'
  return error instanceof Error ? `This is a bug in RAI. Please report it.\n${error.stack}` : messageOf(error)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Refusal || error instanceof ConfigError) return 2
  return isAbort(error) ? 130 : 3
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
