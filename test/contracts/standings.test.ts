import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeStandings } from './standings.ts'

describeStandings('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-standings-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
