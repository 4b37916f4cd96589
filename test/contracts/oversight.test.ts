import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeOversight } from './oversight.ts'

describeOversight('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-oversight-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
