import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeRepositories } from './repositories.ts'

describeRepositories('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-repositories-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
