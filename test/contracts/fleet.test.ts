import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeFleet } from './fleet.ts'

describeFleet('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-fleet-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
