import { openPostgres } from '../../core/records/postgres.ts'
import { service } from '../support/service.ts'
import { createDatabase } from '../support/services/postgres.ts'
import { describeRepositories } from './repositories.ts'

describeRepositories('PostgreSQL', async () => {
  const { drop, ...access } = await createDatabase(service('postgres'))
  return { open: () => openPostgres({ ...access, connections: 4 }), dispose: drop }
})
