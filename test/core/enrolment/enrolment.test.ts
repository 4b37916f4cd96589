import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../../core/records/sqlite.ts'
import { describeChatDelivery } from './chat-suite.ts'
import { describeEnrolment } from './suite.ts'

const create = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-enrolment-'))
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
}

describeEnrolment('SQLite', create)
describeChatDelivery('SQLite', create)
