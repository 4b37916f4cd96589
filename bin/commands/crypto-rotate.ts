import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { findFile } from '../../core/config/find-file.ts'
import { type Rotation, rotateFile } from '../../core/config/rotate-file.ts'
import { ConfigError, messageOf } from '../../core/errors.ts'
import { encryptedFormat } from '../../core/secret/encrypted-value.ts'
import { findSecret } from '../../core/secret/find-secret.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'
import { readInput } from './read-input.ts'

const optionsSchema = z.object({
  newSecretFile: z.string().optional(),
  newSecretStdin: z.boolean().optional(),
  dryRun: z.boolean().optional(),
})
type Options = z.infer<typeof optionsSchema>

/** Adds `crypto rotate`, which ends with 1 where the configuration file stays what it was. */
export function addRotateCommand(crypto: Command, io: CommandIo): void {
  crypto
    .command('rotate')
    .description('encrypt every value of the configuration file with a new app secret')
    .option('-s, --secret <secret>', 'the old app secret; better in RAI_SECRET or ~/.rai_secret')
    .option('--new-secret-file <file>', 'file that holds the new app secret; else RAI_NEW_SECRET')
    .option('--new-secret-stdin', 'take the first line of standard input as the new app secret')
    .option('--dry-run', 'say what would be done, and write nothing')
    .action(async (given: unknown, command: Command) => {
      const options = optionsSchema.parse(given)
      try {
        await rotate(command, options, io)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        io.stderr.write(`Nothing was changed.\n${messageOf(error)}\n`)
        io.setExitCode(1)
      }
    })
}

async function rotate(command: Command, options: Options, io: CommandIo): Promise<void> {
  const { config, secret: flag } = globalOptions(command)
  const { env, home, cwd } = io
  const { file } = await findFile({ file: config, env, home, cwd })
  if (file === undefined) throw unusable('There is no configuration file here; name it with --config.')
  const old = await findSecret({ flag, env, home })
  if (old === undefined) throw unusable('The old app secret is missing; put it into RAI_SECRET or ~/.rai_secret.')
  const next = await newSecret(options, io)
  if (next === old.secret) throw unusable('The new app secret is the old one.')
  const { dryRun = false } = options
  const rotation = await rotateFile({ path: file.path, old: old.secret, next, dryRun })
  for (const line of report(file.path, old.from, rotation, env)) io.stdout.write(`${line}\n`)
}

async function newSecret({ newSecretFile, newSecretStdin }: Options, io: CommandIo): Promise<string> {
  const text =
    newSecretFile !== undefined
      ? await readFile(newSecretFile, 'utf8').catch((error: unknown) => {
          throw unusable(`The new app secret cannot be read: ${messageOf(error)}`)
        })
      : newSecretStdin
        ? await readInput(io.stdin)
        : (io.env.RAI_NEW_SECRET ?? '')
  const [first = ''] = text.split(/\r?\n/)
  if (first.length >= 8) return first
  throw unusable(
    first === ''
      ? 'The new app secret is missing; put it into RAI_NEW_SECRET, or use --new-secret-file or --new-secret-stdin.'
      : 'The new app secret is too short; 8 characters are the least. `openssl rand -base64 32` makes a good one.',
  )
}

function unusable(problem: string): ConfigError {
  return new ConfigError([{ key: '', problem }])
}

function report(path: string, from: string, rotation: Rotation, env: CommandIo['env']): string[] {
  const { lines, inComments, backup } = rotation
  const many = `${lines.length} value${lines.length === 1 ? '' : 's'}`
  if (lines.length === 0) return [`${path} holds no encrypted value, so it stays as it is.`]
  if (backup === undefined) return [`${many} of ${path} would be encrypted anew: lines ${lines.join(', ')}.`]
  const elsewhere = Object.keys(env).filter((name) => name.startsWith('RAI_') && encryptedFormat(env[name] ?? ''))
  return [
    `${many} of ${path} ${lines.length === 1 ? 'is' : 'are'} encrypted with the new app secret now: lines ${lines.join(', ')}.`,
    `The file as it was is ${backup}; remove it when all is well.`,
    ...(inComments.length === 0
      ? []
      : [`Comments are left alone, and hold old values: lines ${inComments.join(', ')}.`]),
    ...(elsewhere.length === 0
      ? []
      : [`These variables still hold values of the old secret: ${elsewhere.join(', ')}.`]),
    `Now put the new app secret where the old one came from (${from}), on every host, and start RAI again.`,
    'Keys of people and links were made with the old one and end with it: `rai keygen resend` gives people new keys.',
  ]
}
