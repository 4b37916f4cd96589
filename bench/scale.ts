import { join } from 'node:path'
import { sql } from 'kysely'
import { ensurePackages } from '../bin/machine/packages.ts'
import type { Database } from '../core/records/database.ts'
import { openPostgres } from '../core/records/postgres.ts'
import { createRecords } from '../core/records/records.ts'
import { openSqlite } from '../core/records/sqlite.ts'
import { createDatabase, postgresPackages, startPostgres } from '../test/support/services/postgres.ts'
import type { Bench, BenchContext, Finding } from './bench.ts'
import { fill } from './scale/fill.ts'
import { type Part, parts, timeJob } from './scale/job.ts'
import { inTurns, type Spread, spreadOf } from './spread.ts'

const small = 10
const middle = 1_000
const people = 10

/** What the records cost a job, however much they hold. */
export const scale: Bench = {
  name: 'scale',
  title: 'Scale: what a job costs the records, by how many there are and as many queued',
  async run(context) {
    const sqlite = await onSqlite(context)
    return context.postgres ? [...sqlite, ...(await onPostgres(context))] : sqlite
  },
}

/** The database runs in this process, whose processor time does not depend on what else the machine does. */
function onSqlite(context: BenchContext): Promise<Finding[]> {
  const cpuMs = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  }
  const open = (name: string) => openSqlite({ path: join(context.folder, `${name}.db`), host: 'here' })
  return measure(context, { name: 'SQLite', unit: 'CPU ms', now: cpuMs, open })
}

async function onPostgres(context: BenchContext): Promise<Finding[]> {
  await ensurePackages(postgresPackages, context.say)
  const server = await startPostgres()
  const open = async () => {
    const database = await openPostgres(await createDatabase(server.access))
    // As it does by itself after a while.
    return { ...database, ready: () => database.read((session) => sql`vacuum analyze`.execute(session)) }
  }
  try {
    return await measure(context, { name: 'PostgreSQL', unit: 'ms', now: () => performance.now(), open })
  } finally {
    await server.stop()
  }
}

interface Subject {
  readonly name: string
  readonly unit: string
  readonly now: () => number
  readonly open: (name: string) => Promise<Database & { readonly ready?: () => Promise<unknown> }>
}

async function measure(context: BenchContext, { name, unit, now, open }: Subject): Promise<Finding[]> {
  const large = context.size === 'quick' ? 10_000 : 100_000
  const holding = async (count: number) => {
    const database = await open(String(count))
    context.say(`  ${name}: filling ${count}`)
    await fill(database, { records: count, queued: count, people })
    await database.ready?.()
    return createRecords(database)
  }
  const records = [await holding(small), await holding(middle), await holding(large)] as const
  const samples = await inTurns(context.rounds, {
    small: () => timeJob(records[0], now),
    middle: () => timeJob(records[1], now),
    large: () => timeJob(records[2], now),
  })
  await Promise.all(records.map((each) => each.close()))
  const spread = (of: keyof typeof samples, part: Part): Spread => spreadOf(samples[of].map((sample) => sample[part]))
  const finding = (of: 'middle' | 'large', part: Part): Finding => ({
    measure: `${name}: ${part}, ${(of === 'middle' ? middle : large).toLocaleString('en')}`,
    unit,
    ours: spread(of, part),
    floor: spread('small', part),
    floorIs: `the same with ${small} records and as many queued`,
    goal: { kind: 'at most', value: 1.2 },
  })
  return (['middle', 'large'] as const).flatMap((of) => parts.map((part) => finding(of, part)))
}
