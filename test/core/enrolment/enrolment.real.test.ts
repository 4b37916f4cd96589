import { openPostgres } from '../../../core/records/postgres.ts'
import { service } from '../../support/service.ts'
import { createDatabase } from '../../support/services/postgres.ts'
import { describeEnrolment } from './suite.ts'

describeEnrolment('PostgreSQL', async () => {
  const { drop, ...access } = await createDatabase(service('postgres'))
  return { open: () => openPostgres(access), dispose: drop }
})
