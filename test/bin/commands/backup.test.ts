import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createRecords } from '../../../core/records/records.ts'
import { openSqlite } from '../../../core/records/sqlite.ts'
import { createFilesystemStore } from '../../../core/store/filesystem.ts'
import { type Embedded, openEmbedded } from '../../support/embedded.ts'
import { inFolder, newFolder } from './operating.ts'

let parts: Embedded
let file: string
let emptied: string

beforeEach(async () => {
  parts = await openEmbedded({ host: hostname() })
  onTestFinished(() => parts.close())
  await writeFile(join(parts.folder, 'secret'), 'app secret', { mode: 0o600 })
  file = join(await newFolder(), 'rai.backup')
  emptied = await newFolder()
})

const backup = (...words: string[]) => inFolder(parts.folder)('backup', file, ...words)
const restore = () => inFolder(emptied)('restore', file)

async function restoredRecords() {
  const records = createRecords(await openSqlite({ path: join(emptied, 'rai.db'), host: hostname() }))
  onTestFinished(() => records.close())
  return records
}

test('a backup brings back the records and the secret, and only its owner can read it', async () => {
  const { id } = await parts.enqueue()
  expect(await backup()).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const { exitCode, stdout } = await restore()
  expect(stdout).toMatch(/^Restored the records as they were at \S+Z\./)
  expect(exitCode).toBe(0)
  expect(await (await restoredRecords()).lookup.byId(id)).toEqual(await parts.records.lookup.byId(id))
  expect(await readFile(join(emptied, 'secret'), 'utf8')).toBe('app secret')
  expect((await stat(join(emptied, 'rai.db'))).mode & 0o777).toBe(0o600)
  expect((await readdir(emptied)).filter((name) => name.startsWith('restore-'))).toEqual([])
})

test('a backup that is taken while others write holds what was committed before it, whole', async () => {
  const before = await parts.enqueue()
  const writer = new Worker(writeWithoutEnd, { eval: true, workerData: join(parts.folder, 'rai.db') })
  onTestFinished(async () => {
    await writer.terminate()
  })
  await once(writer, 'message')
  expect(await backup()).toMatchObject({ exitCode: 0 })
  await once(writer, 'message')
  await writer.terminate()
  expect(await restore()).toMatchObject({ exitCode: 0 })
  const records = await restoredRecords()
  expect(await records.lookup.byId(before.id)).toMatchObject({ state: 'queued' })
  const run = await records.runs.claim({
    queue: before.queue,
    worker: 'w',
    host: 'h',
    leaseMs: 1000,
    choose: ({ waiting }) => waiting[0],
  })
  expect(run?.submission.id).toBe(before.id)
  const copied = (await records.audit.ofSubject('busy', 1_000_000)).map(({ detail }) => Number(detail.number))
  expect(copied.length).toBeGreaterThan(0)
  expect(copied.length).toBeLessThan((await parts.records.audit.ofSubject('busy', 1_000_000)).length)
  expect(copied.sort((one, other) => one - other)).toEqual(copied.map((_, index) => index))
})

test('with --store, the archives come back too, with the age they had', async () => {
  const { id } = await parts.enqueue()
  const key = `userdata/${id}.tar.gz`
  expect(await backup('--store')).toMatchObject({ exitCode: 0 })
  expect((await restore()).stdout).toMatch(/^Restored the records and the store/)
  const lifetime = { secret: 'x', lifetimeMs: 3_600_000 }
  const store = await createFilesystemStore({ root: join(emptied, 'store'), ...lifetime })
  onTestFinished(() => store.close())
  const [there, here] = [await store.get(key), await parts.store.get(key)]
  if (there === undefined || here === undefined) throw new Error('the archive is missing')
  expect(await buffer(there)).toEqual(await buffer(here))
  const file = join('store', 'objects', 'userdata', `${id}.tar.gz~`)
  const ages = await Promise.all([parts.folder, emptied].map(async (folder) => stat(join(folder, file))))
  expect(Math.abs((ages[0]?.mtimeMs ?? 0) - (ages[1]?.mtimeMs ?? 9e9))).toBeLessThan(1001)
})

test('a backup overwrites nothing, and leaves nothing behind when it fails', async () => {
  await writeFile(file, 'mine')
  expect(await backup()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('overwrites nothing') })
  expect(await readFile(file, 'utf8')).toBe('mine')
  expect(await readdir(join(file, '..'))).toEqual(['rai.backup'])
})

test('restoring overwrites neither records nor a secret', async () => {
  await backup()
  const there = inFolder(parts.folder)
  expect(await there('restore', file)).toMatchObject({ exitCode: 2 })
  await writeFile(join(emptied, 'rai.db'), 'mine')
  expect((await restore()).stderr).toBe(
    `${join(emptied, 'rai.db')} exists, and restoring overwrites nothing. Move it away, or name another app.data_dir.\n`,
  )
  expect(await readdir(emptied)).toEqual(['rai.db'])
})

test('says so when there is nothing to back up', async () => {
  const ran = await inFolder(emptied)('backup', file)
  expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There are no records to back up') })
  expect(await readdir(emptied)).toEqual([])
})

test.each([
  ['a cut file', async () => (await readFile(file)).subarray(0, 2000)],
  ['something else', async () => Buffer.from('hello')],
  ['an archive without a manifest', async () => archiveOf({ database: 'x' })],
  ['a damaged database', async () => archiveOf({ 'manifest.json': manifest, database: 'x'.repeat(5000) })],
  ['a name outside', async () => archiveOf({ 'manifest.json': manifest, 'objects/../../evil': 'x' })],
])('refuses %s, and leaves the folder as it was', async (_what, make) => {
  await parts.enqueue()
  await backup()
  await chmod(file, 0o600)
  await writeFile(file, await make())
  const { exitCode } = await restore()
  expect(exitCode).toBeGreaterThan(1)
  expect(await readdir(emptied)).toEqual([])
})

test('refuses a backup of another database', async () => {
  const other = manifest.replace('sqlite', 'postgres')
  await mkdir(emptied, { recursive: true })
  await writeFile(file, await archiveOf({ 'manifest.json': other, database: 'x' }))
  expect((await restore()).stderr).toContain('holds a postgres database, and database.provider is sqlite')
})

/** Another connection, in another thread: it tells after every twenty rows. */
const writeWithoutEnd = `
  const { parentPort, workerData } = require('node:worker_threads')
  const file = new (require('libsql'))(workerData)
  file.pragma('busy_timeout = 5000')
  const insert = file.prepare("insert into audit values (?, 1, 'a', 'b', 'busy', ?)")
  for (let number = 0; ; number += 1) {
    insert.run('id' + number, JSON.stringify({ number }))
    if (number % 20 === 19) parentPort.postMessage(number)
  }
`

const manifest = JSON.stringify({ version: 1, program: '0', takenAt: 'now', database: 'sqlite', store: false })

async function archiveOf(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, text] of Object.entries(entries)) tar.entry({ name }, text)
  tar.finalize()
  const archive = gzipSync(await buffer(Readable.from(tar)))
  expect(gunzipSync(archive).length).toBeGreaterThan(0)
  return archive
}
