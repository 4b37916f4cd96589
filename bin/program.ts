import { Command, CommanderError } from 'commander'
import { ConfigError, messageOf, ProviderError, Refusal } from '../core/errors.ts'
import type { CommandIo } from './commands/io.ts'
import { addCommands } from './commands/table.ts'

/** `rai`, with the commands that these words need. */
export async function createProgram(io: CommandIo, words: readonly string[] = []): Promise<Command> {
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
  await addCommands(program, io, words)
  return program
}

/** Runs one command line. Never rejects: what went wrong is a line on stderr and the exit code. */
export async function runProgram(io: CommandIo, words: readonly string[]): Promise<void> {
  try {
    const known = words.map(asKnown)
    await (await createProgram(io, known)).parseAsync(known, { from: 'user' })
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
