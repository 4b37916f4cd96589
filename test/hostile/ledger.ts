import { join } from 'node:path'
import { sql } from 'kysely'
import { openSqlite } from '../../core/records/sqlite.ts'
import type { World } from '../bots/world.ts'

/** Written by what only looks: what was said in threads, who holds them, wrong guesses, and who is told of what. */
const moving = ['alarm', 'audit', 'delivery', 'guess', 'host_claim', 'lease', 'notice']

/** Everything that the records hold, but for what moves by itself, row by row. */
export async function openLedger({ folder }: Pick<World, 'folder'>) {
  const database = await openSqlite({ path: join(folder, 'rai.db'), host: 'here' })
  const tables = await database.read(async (session) => {
    const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(session)
    return rows.map(({ name }) => name).filter((name) => !/^(?:sqlite|kysely)_/.test(name) && !moving.includes(name))
  })
  return {
    read: () =>
      database.read(async (session) => {
        const contents: Record<string, unknown[]> = {}
        for (const table of tables) {
          contents[table] = (await sql`select * from ${sql.table(table)} order by 1`.execute(session)).rows
        }
        return contents
      }),
    close: database.close,
  }
}

export type Ledger = Awaited<ReturnType<typeof openLedger>>
