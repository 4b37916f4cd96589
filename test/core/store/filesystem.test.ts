import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFilesystemStore, type FilesystemStoreOptions } from '../../../core/store/filesystem.ts'
import type { Store } from '../../../core/store/store.ts'
import { describeStore } from '../../contracts/store.ts'

let root: string
let store: Store | undefined

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rai-store-'))
})

afterEach(async () => {
  await store?.close()
  store = undefined
  await rm(root, { recursive: true })
})

async function open(options: Partial<FilesystemStoreOptions> = {}): Promise<Store> {
  store = await createFilesystemStore({ root, secret: 'a secret', lifetimeMs: 60_000, ...options })
  return store
}

const put = (to: Store, key: string, lifetime: 'expiring' | 'kept' = 'kept') =>
  to.put(key, Readable.from(['content']), { contentType: 'text/plain', lifetime })

async function age(key: string): Promise<void> {
  await utimes(join(root, 'objects', `${key}~`), 1, 1)
}

describeStore('the filesystem', open)

it('keeps no temporary file after a put that failed', async () => {
  const opened = await open()
  const body = Readable.from(
    (async function* () {
      yield 'half'
      throw new Error('broken')
    })(),
  )
  await expect(opened.put('a', body, { contentType: 'text/plain', lifetime: 'kept' })).rejects.toThrow('broken')
  expect(await readdir(join(root, 'incoming'))).toEqual([])
  expect(await readdir(join(root, 'objects'))).toEqual([])
})

it('writes the object as it is after a header of 512 bytes', async () => {
  await put(await open(), 'a/b')
  expect((await readFile(join(root, 'objects/a/b~'))).subarray(512).toString()).toBe('content')
})

it('does not show an expiring object after its lifetime', async () => {
  const opened = await open()
  await put(opened, 'old', 'expiring')
  await put(opened, 'kept', 'kept')
  await Promise.all([age('old'), age('kept')])
  expect(await opened.stat('old')).toBeUndefined()
  expect(await opened.get('old')).toBeUndefined()
  expect(await opened.stat('kept')).toBeDefined()
})

it('removes expired objects and the folders they leave empty by itself', async () => {
  const opened = await open({ sweepEveryMs: 20 })
  await put(opened, 'userdata/old', 'expiring')
  await put(opened, 'results/new', 'expiring')
  await put(opened, 'results/kept', 'kept')
  await Promise.all([age('userdata/old'), age('results/kept')])
  await expect.poll(() => readdir(join(root, 'objects'))).toEqual(['results'])
  expect((await readdir(join(root, 'objects/results'))).sort()).toEqual(['kept~', 'new~'])
})

it('removes uploads that a dead process left', async () => {
  const opened = await open({ sweepEveryMs: 20 })
  await writeFile(join(root, 'incoming/left'), 'half')
  await writeFile(join(root, 'incoming/running'), 'half')
  await utimes(join(root, 'incoming/left'), 1, 1)
  await expect.poll(() => readdir(join(root, 'incoming'))).toEqual(['running'])
  await opened.close()
})

it('follows no symbolic link, neither as a file nor as a folder', async () => {
  const opened = await open()
  const outside = join(root, 'outside')
  await mkdir(outside)
  await put(opened, 'secret')
  await rename(join(root, 'objects/secret~'), join(outside, 'secret~'))
  await symlink(join(outside, 'secret~'), join(root, 'objects/file~'))
  await symlink(outside, join(root, 'objects/folder'))
  await expect(opened.get('file')).rejects.toMatchObject({ name: 'ProviderError' })
  await expect(opened.get('folder/secret')).rejects.toMatchObject({ name: 'ProviderError' })
  await expect(put(opened, 'folder/new')).rejects.toMatchObject({ name: 'ProviderError' })
  await expect(opened.delete('folder/secret')).rejects.toMatchObject({ name: 'ProviderError' })
  expect(await readdir(outside)).toEqual(['secret~'])
})

it('says in a sentence why a link does not work', async () => {
  const opened = await open()
  const { url } = await opened.link('a', { expiresInSeconds: -10, filename: 'x' })
  const expired = await fetch(url)
  expect([expired.status, await expired.text()]).toEqual([410, expect.stringMatching(/has expired.*\.\n$/)])
  const forged = await fetch(url.replace(/expires=\d+/, 'expires=99999999999'))
  expect([forged.status, await forged.text()]).toEqual([403, expect.stringMatching(/was not signed.*\.\n$/)])
})

it.each([
  ['/', 403],
  ['/userdata', 403],
  ['/../../etc/passwd', 403],
  ['/a?expires=x&filename=x&signature=x', 403],
  ['//evil/a', 403],
])('answers %s without a signature with %i', async (path, status) => {
  const { url } = await (await open()).link('a', { expiresInSeconds: 60, filename: 'x' })
  const { port } = new URL(url)
  const answered = await new Promise((resolve) => {
    request({ host: '127.0.0.1', port, path }, (response) => resolve(response.resume().statusCode)).end()
  })
  expect(answered).toBe(status)
})

it('keeps a browser from rendering or caching what a student made', async () => {
  const opened = await open()
  await put(opened, 'a')
  const { headers } = await fetch((await opened.link('a', { expiresInSeconds: 60, filename: 'a\r\nx: y.html' })).url)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain('sandbox')
  expect(headers.get('cache-control')).toBe('private, no-store')
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="a__x_ y.html"/)
})

it('answers POST with 405', async () => {
  const { url } = await (await open()).link('a', { expiresInSeconds: 60, filename: 'x' })
  expect((await fetch(url, { method: 'POST' })).status).toBe(405)
})

it('shortens a link to a week', async () => {
  const { expiresAt } = await (await open()).link('a', { expiresInSeconds: 1e9, filename: 'x' })
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + 7 * 86_400_000)
})

it('begins links with the public address', async () => {
  const { url } = await (await open({ publicUrl: 'https://rai.example/files/' })).link('a', {
    expiresInSeconds: 60,
    filename: 'x',
  })
  expect(url).toMatch(/^https:\/\/rai\.example\/files\/a\?/)
})

it('lets one process sign what another one serves', async () => {
  const server = await open()
  await put(server, 'a')
  const { port } = new URL((await server.link('a', { expiresInSeconds: 60, filename: 'x' })).url)
  const signer = await createFilesystemStore({
    root,
    secret: 'a secret',
    lifetimeMs: 60_000,
    port: Number(port),
    serve: false,
  })
  expect((await fetch((await signer.link('a', { expiresInSeconds: 60, filename: 'x' })).url)).status).toBe(200)
  await signer.close()
})

it('says that the port is taken', async () => {
  const { url } = await (await open()).link('a', { expiresInSeconds: 60, filename: 'x' })
  const taken = createFilesystemStore({ root, secret: 's', lifetimeMs: 1, port: Number(new URL(url).port) })
  await expect(taken).rejects.toMatchObject({ name: 'ProviderError', message: expect.stringContaining('EADDRINUSE') })
})

it('fails its check when the folder is gone', async () => {
  const opened = await open()
  await rm(join(root, 'incoming'), { recursive: true })
  await expect(opened.check()).rejects.toMatchObject({ name: 'ProviderError' })
})
