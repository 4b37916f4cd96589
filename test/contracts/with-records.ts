import { afterEach, beforeEach } from 'vitest'
import { createRecords, type Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'

/** Gives each test of the suite around it records on a fresh, empty database. */
export function withRecords(create: () => Promise<RecordsFixture>, use: (records: Records) => void): void {
  let fixture: RecordsFixture
  let records: Records

  beforeEach(async () => {
    fixture = await create()
    records = createRecords(await fixture.open())
    use(records)
  })

  afterEach(async () => {
    await records.close()
    await fixture.dispose()
  })
}
