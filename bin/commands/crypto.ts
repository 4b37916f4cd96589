import type { Command } from 'commander'
import { z } from 'zod'
import { messageOf } from '../../core/errors.ts'
import { decryptValue, encryptedFormat, encryptValue } from '../../core/secret/encrypted-value.ts'
import { findSecret } from '../../core/secret/find-secret.ts'
import { WrongSecret } from '../../core/secret/wrong-secret.ts'
import { addRotateCommand } from './crypto-rotate.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'
import { readInput } from './read-input.ts'

/** Adds `crypto encrypt`, `decrypt` and `rotate`, which end with 1 when there is nothing to work on or with. */
export function addCryptoCommands(program: Command, io: CommandIo): void {
  const crypto = program.command('crypto').description('encrypt and decrypt values of the configuration')
  addCommand(crypto, 'encrypt', 'print TEXT as a value for the configuration', io, encryptValue)
  addCommand(crypto, 'decrypt', 'print what an encrypted value holds', io, (value, secret) =>
    decrypt(value, secret, io),
  )
  addRotateCommand(crypto, io)
}

type Work = (text: string, secret: string) => Promise<string>

function addCommand(parent: Command, name: string, description: string, io: CommandIo, work: Work): void {
  parent
    .command(name)
    .description(description)
    .argument('[text]', 'without it, standard input is read, which keeps it out of the process list')
    .option('-s, --secret <secret>', 'the app secret; better in RAI_SECRET or ~/.rai_secret')
    .option('--secret-stdin', 'take the first line of standard input as the app secret')
    .action(async (text: string | undefined, _options: unknown, command: Command) => {
      try {
        const input = await gather(text, command, io)
        io.stdout.write(`${await work(input.text, input.secret)}\n`)
      } catch (error) {
        if (!(error instanceof WrongSecret || error instanceof Unusable)) throw error
        io.stderr.write(`${sentence(error)}\n`)
        io.setExitCode(1)
      }
    })
}

/** What was given cannot be worked with; the message is for whoever gave it. */
class Unusable extends Error {
  override readonly name = 'Unusable'
}

async function decrypt(value: string, secret: string, io: CommandIo): Promise<string> {
  const format = encryptedFormat(value)
  if (format === undefined)
    throw new Unusable('This is not an encrypted value; those start with ==RAI2== or ==AES32==.')
  const plain = await decryptValue(value, secret)
  if (format === 'original') {
    io.stderr.write(
      'notice: the old format does not protect a value from changes; `rai crypto encrypt` writes the new one.\n',
    )
  }
  return plain
}

const optionsSchema = z.object({ secretStdin: z.boolean().optional() })

async function gather(argument: string | undefined, command: Command, io: CommandIo) {
  const { secretStdin = false } = optionsSchema.parse(command.opts())
  const flag = globalOptions(command).secret
  if (flag)
    io.stderr.write(
      'warning: every user of this host sees -s in the process list; RAI_SECRET or ~/.rai_secret are safe.\n',
    )
  const needsInput = secretStdin || argument === undefined
  if (needsInput && io.stdin.isTTY) throw new Unusable('There is no text; give it as an argument, or pipe it in.')
  const input = needsInput ? await readInput(io.stdin) : ''
  const [first, rest] = secretStdin ? cutLine(input) : ['', input]
  const secret = first || (await secretElsewhere(flag, io))
  const text = argument ?? rest.replace(/\r?\n$/, '')
  if (text === '') throw new Unusable('There is no text; give it as an argument, or pipe it in.')
  return { secret, text }
}

async function secretElsewhere(flag: string | undefined, { env, home, stderr }: CommandIo): Promise<string> {
  const found = await findSecret({ flag, env, home })
  if (found === undefined) {
    throw new Unusable(
      'There is no app secret; put it into RAI_SECRET or ~/.rai_secret, or pipe it in with --secret-stdin.',
    )
  }
  if (found.notice) stderr.write(`notice: ${found.notice}\n`)
  return found.secret
}

function cutLine(text: string): readonly [string, string] {
  const end = text.indexOf('\n')
  return end < 0 ? [text, ''] : [text.slice(0, end).replace(/\r$/, ''), text.slice(end + 1)]
}

function sentence(error: Error): string {
  return error instanceof WrongSecret ? `The value cannot be decrypted: ${messageOf(error)}.` : error.message
}
