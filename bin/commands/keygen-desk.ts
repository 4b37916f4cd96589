import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { loadConfig } from '../../core/config/load.ts'
import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { createRecords } from '../../core/records/records.ts'
import { ownSecret } from '../../core/secret/own-secret.ts'
import type { Desk } from '../../keygen/desk.ts'
import { chooseMailer } from '../compose/choose-mailer.ts'
import { coursesNow } from '../compose/courses.ts'
import { openDatabase } from '../compose/open-database.ts'
import { reachOf } from '../compose/reach.ts'
import { listenForShutdown } from '../lifecycle.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'
import { progressBar } from './progress-bar.ts'

export interface DeskOptions {
  /** The course, where it is not the installation's. */
  readonly course?: string | undefined
  /** Mailgun accepts and does not deliver. */
  readonly testMode?: boolean | undefined
}

/** Opens what keygen works with, does the work, and closes it. Needs the database and nothing else of RAI. */
export async function withDesk(
  command: Command,
  io: CommandIo,
  options: DeskOptions,
  work: (desk: Desk) => Promise<void>,
): Promise<void> {
  const { config: file, secret } = globalOptions(command)
  const { config, notices } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const warn = (line: string) => void io.stderr.write(`${line}\n`)
  for (const notice of notices) warn(`notice: ${notice}`)
  const mailer = chooseMailer(config, warn, options.testMode)
  const names = (await coursesNow(config)).map(({ name }) => name)
  const course = options.course ?? names[0] ?? config.app.name
  const keys = credentialKeys(config.app.secret ?? (await ownSecret(config.app.data_dir)))
  const shutdown = listenForShutdown(() => warn('Stopping after this step; Ctrl-C again leaves at once.'))
  const records = createRecords(await openDatabase(config, hostname()))
  try {
    await work({
      ...{ records, keys, mailer, reach: reachOf(config), course, warn, signal: shutdown.signal },
      courses: [...new Set([...names, course])],
      codeTimeMs: config.auth.code_time,
      ...(config.email.provider === 'console' ? { outbox: config.email.outbox } : {}),
      actor: `shell:${userInfo().username}`,
      say: (line) => void io.stdout.write(`${line}\n`),
      progress: (label) => progressBar(io, label),
      confirm: (question) => ask(io, question),
    })
  } finally {
    await records.close()
    shutdown.close()
  }
}

async function ask({ stdin, stderr }: CommandIo, question: string): Promise<boolean | undefined> {
  if (stdin.isTTY !== true) return undefined
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
