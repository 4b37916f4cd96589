import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { openPostgres } from '../../../core/records/postgres.ts'
import { createRecords } from '../../../core/records/records.ts'
import { service } from '../../support/service.ts'
import { createDatabase } from '../../support/services/postgres.ts'
import { inFolder, newFolder } from './operating.ts'

async function installation() {
  const { drop, ...access } = await createDatabase(service('postgres'))
  const folder = await newFolder()
  const { host, port, database: name, username, password } = access
  const database = { provider: 'postgres', endpoints: [`${host}:${port}`], name, username, password }
  await writeFile(join(folder, '.rai_config.yml'), stringify({ app: { secret: 'not the real one' }, database }), {
    mode: 0o600,
  })
  onTestFinished(drop)
  return { folder, open: async () => createRecords(await openPostgres({ ...access, connections: 2 })) }
}

test('a PostgreSQL database comes back in an empty one, and nothing is overwritten', async () => {
  const [here, there] = [await installation(), await installation()]
  const records = await here.open()
  await records.people.ensure({ username: 'ada' })
  await records.close()
  const file = join(here.folder, 'rai.backup')
  expect(await inFolder(here.folder)('backup', file)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await inFolder(there.folder)('restore', file)).toMatchObject({ exitCode: 0, stderr: '' })
  const restored = await there.open()
  onTestFinished(() => restored.close())
  expect(await restored.people.byUsername('ada')).toMatchObject({ username: 'ada' })
  await restored.people.ensure({ username: 'bob' })
  const again = await inFolder(there.folder)('restore', file)
  expect(again).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('already exists') })
  expect(await restored.people.byUsername('bob')).toMatchObject({ username: 'bob' })
})
