import { openPostgres } from '../../core/records/postgres.ts'
import { service } from '../support/service.ts'
import { createDatabase } from '../support/services/postgres.ts'
import { describeLanes } from './lanes.ts'

describeLanes('PostgreSQL', async () => {
  const { drop, ...access } = await createDatabase(service('postgres'))
  return { open: () => openPostgres({ ...access, connections: 4 }), dispose: drop }
})
