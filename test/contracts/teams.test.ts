import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeTeams } from './teams.ts'

describeTeams('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-teams-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})
