import { hostname, userInfo } from 'node:os'
import type { Command } from 'commander'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { openDatabase } from '../compose/open-database.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

/** What a command for staff works on: the records, and nothing else that may be out of order just now. */
export interface Operating {
  readonly config: Config
  readonly records: Records
  /** Who does it, for the audit trail. */
  readonly actor: string
}

/** Opens the records only, at once or not at all: whoever types this wants to know now. */
export async function withRecords(
  command: Command,
  io: CommandIo,
  work: (operating: Operating) => Promise<void>,
): Promise<void> {
  const { config: file, secret } = globalOptions(command)
  const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const records = createRecords(await openDatabase(config, hostname()))
  try {
    await work({ config, records, actor: `shell:${userInfo().username}` })
  } finally {
    await records.close()
  }
}
