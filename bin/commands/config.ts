import type { Command } from 'commander'
import { type LoadedConfig, loadConfig } from '../../core/config/load.ts'
import { showConfig } from '../../core/config/show.ts'
import { ConfigError } from '../../core/errors.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

/** Adds `config check` and `config show`. Both end with 1 when the configuration has problems. */
export function addConfigCommands(program: Command, io: CommandIo): void {
  const config = program.command('config').description('look at the configuration')
  config
    .command('check')
    .description('say whether the configuration is in order, and everything that is not')
    .action((_options: unknown, command: Command) => withConfig(command, io, printVerdict))
  config
    .command('show')
    .description('print every value, without the secrets, and where it comes from')
    .action((_options: unknown, command: Command) => withConfig(command, io, printValues))
}

async function withConfig(
  command: Command,
  io: CommandIo,
  print: (loaded: LoadedConfig, io: CommandIo) => void,
): Promise<void> {
  const { config: file, secret } = globalOptions(command)
  const { env, home, cwd } = io
  try {
    print(await loadConfig({ env, home, cwd, file, secret }), io)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    io.stderr.write(`${error.message}\n\n${countOf(error.problems.length)} Nothing starts until this is mended.\n`)
    io.setExitCode(1)
  }
}

function printVerdict({ notices, file }: LoadedConfig, io: CommandIo): void {
  for (const notice of notices) io.stderr.write(`notice: ${notice}\n`)
  io.stdout.write(`The configuration is in order (${file ?? 'no file, so defaults and the environment'}).\n`)
}

function printValues(loaded: LoadedConfig, io: CommandIo): void {
  for (const notice of loaded.notices) io.stderr.write(`notice: ${notice}\n`)
  io.stdout.write(showConfig(loaded))
}

function countOf(problems: number): string {
  return problems === 1 ? 'The configuration has 1 problem.' : `The configuration has ${problems} problems.`
}
