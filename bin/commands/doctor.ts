import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { messageOf } from '../../core/errors.ts'
import { ownSecret } from '../../core/secret/own-secret.ts'
import { chooseLog, chooseQueue, chooseRunner, chooseStore } from '../compose/choose.ts'
import { openDatabase } from '../compose/open-database.ts'
import { findProvided } from '../machine/packages.ts'
import { dockerHostOf } from './docker-host.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

interface Finding {
  readonly part: string
  readonly ok: boolean
  /** What was found, or what to do. */
  readonly text: string
}

/** Adds `doctor`: what is reachable, what is missing, what to do. Ends with 1 when something is wrong. */
export function addDoctorCommand(program: Command, io: CommandIo): void {
  program
    .command('doctor')
    .description('say what is reachable, what is missing, and what to do about it')
    .action(async (_given: unknown, command: Command) => {
      const { config: file, secret } = globalOptions(command)
      const loaded = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
      for (const notice of loaded.notices) io.stdout.write(`note  ${notice}\n`)
      const findings = await examine(loaded.config, io)
      for (const { part, ok, text } of findings)
        io.stdout.write(`${ok ? 'ok   ' : 'FAULT'} ${part.padEnd(9)} ${text}\n`)
      io.setExitCode(findings.every(({ ok }) => ok) ? 0 : 1)
    })
}

async function examine(config: Config, io: CommandIo): Promise<Finding[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'rai-doctor-'))
  try {
    return await Promise.all([
      finding('node', async () => process.version),
      finding('git', async () => findProvided('git') ?? fail('is missing; install the package git')),
      finding('database', () => examineDatabase(config)),
      finding('store', () => examineStore(config)),
      finding('queue', () => examineQueue(config)),
      finding('live log', () => examineLog(config)),
      finding('engine', () => examineRunner(config, scratch, dockerHostOf(io.env))),
    ])
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function finding(part: string, examinePart: () => Promise<string>): Promise<Finding> {
  try {
    return { part, ok: true, text: await examinePart() }
  } catch (error) {
    return { part, ok: false, text: messageOf(error) }
  }
}

function fail(problem: string): never {
  throw new Error(problem)
}

async function examineDatabase(config: Config): Promise<string> {
  const database = await openDatabase(config, hostname())
  await database.close()
  const { provider, path, endpoints } = config.database
  return provider === 'sqlite' ? `sqlite, ${path}` : `postgres, ${endpoints.join(', ')}`
}

async function examineStore(config: Config): Promise<string> {
  const store = await chooseStore(config, {
    secret: config.app.secret ?? (await ownSecret(config.app.data_dir)),
    serveLinks: false,
    part: 'everything',
  })
  try {
    await store.check()
    return config.store.provider === 'filesystem' ? `filesystem, ${config.store.path}` : `s3, ${config.store.bucket}`
  } finally {
    await store.close()
  }
}

async function examineQueue(config: Config): Promise<string> {
  const queue = await chooseQueue(config, 'everything')
  try {
    for (const name of config.server.queues) await queue.check(name)
    return `${config.broker.provider}, ${config.server.queues.join(', ')}`
  } finally {
    await queue.close()
  }
}

async function examineLog(config: Config): Promise<string> {
  const log = await chooseLog(config)
  try {
    await log.check()
    return config.pubsub.provider === 'file'
      ? `file, ${config.pubsub.path}`
      : `redis, ${config.pubsub.endpoints.join(', ')}`
  } finally {
    await log.close()
  }
}

async function examineRunner(config: Config, scratch: string, dockerHost: string): Promise<string> {
  const runner = await chooseRunner(config, { scratch, dockerHost, owner: 'doctor' })
  try {
    await runner.check()
    return await runner.describe()
  } finally {
    await runner.close()
  }
}
