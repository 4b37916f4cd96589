import { openPostgres } from '../../../core/records/postgres.ts'
import { service } from '../../support/service.ts'
import { createDatabase } from '../../support/services/postgres.ts'
import { describeChatDelivery } from './chat-suite.ts'
import { describeEnrolment } from './suite.ts'

const create = async () => {
  const { drop, ...access } = await createDatabase(service('postgres'))
  return { open: () => openPostgres(access), dispose: drop }
}

describeEnrolment('PostgreSQL', create)
describeChatDelivery('PostgreSQL', create)
