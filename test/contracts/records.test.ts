import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqlite } from '../../core/records/sqlite.ts'
import { describeRecords } from './records.ts'

async function newFolder() {
  return mkdtemp(join(tmpdir(), 'rai-records-'))
}

describeRecords('SQLite', async () => {
  const folder = await newFolder()
  return {
    open: () => openSqlite({ path: join(folder, 'records.db'), host: 'here' }),
    dispose: () => rm(folder, { recursive: true }),
  }
})

it('lets nobody else read the SQLite file', async () => {
  const folder = await newFolder()
  const path = join(folder, 'records.db')
  const database = await openSqlite({ path, host: 'here' })
  const modes = await Promise.all([path, `${path}-wal`].map(async (file) => (await stat(file)).mode & 0o777))
  expect(modes).toEqual([0o600, 0o600])
  await database.close()
  await rm(folder, { recursive: true })
})

it('refuses a SQLite file that another host uses', async () => {
  const folder = await newFolder()
  const path = join(folder, 'records.db')
  const first = await openSqlite({ path, host: 'one' })
  await expect(openSqlite({ path, host: 'two' })).rejects.toThrow('in use by the host one')
  await first.close()
  await rm(folder, { recursive: true })
})
