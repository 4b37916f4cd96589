import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PutOptions, Store } from '../../core/store/store.ts'

const kept: PutOptions = { contentType: 'application/gzip', lifetime: 'kept' }

/** What every store does. `open` is called before each test; the suite closes what it returns. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`a store on ${name}`, () => {
    let store: Store
    let key: string

    beforeEach(async () => {
      store = await open()
      key = `userdata/${randomUUID()}.tar.gz`
    })

    afterEach(() => store.close())

    async function read(): Promise<string> {
      const found = await store.get(key)
      if (found === undefined) throw new Error('the object is missing')
      return (await buffer(found)).toString()
    }

    it('gives back the bytes and the content type that were put', async () => {
      expect(await store.put(key, Readable.from([Buffer.from('hello '), Buffer.from('world')]), kept)).toEqual({
        bytes: 11,
      })
      expect(await read()).toBe('hello world')
      expect(await store.stat(key)).toEqual({ bytes: 11, contentType: 'application/gzip' })
    })

    it('keeps an expiring object for now', async () => {
      await store.put(key, Readable.from(['soon gone']), { ...kept, lifetime: 'expiring' })
      expect(await read()).toBe('soon gone')
    })

    it('keeps an empty object', async () => {
      expect(await store.put(key, Readable.from([]), kept)).toEqual({ bytes: 0 })
      expect((await store.stat(key))?.bytes).toBe(0)
      expect(await read()).toBe('')
    })

    it('streams an object of many parts unchanged', async () => {
      const part = randomBytes(1 << 20)
      const parts = Array.from({ length: 21 }, () => part)
      expect(await store.put(key, Readable.from(parts), kept)).toEqual({ bytes: 21 << 20 })
      const found = await store.get(key)
      expect(found && (await buffer(found)).equals(Buffer.concat(parts))).toBe(true)
    })

    it('finds nothing under a key that was never put', async () => {
      expect(await store.get(key)).toBeUndefined()
      expect(await store.stat(key)).toBeUndefined()
    })

    it('replaces an object', async () => {
      await store.put(key, Readable.from(['old and longer']), kept)
      await store.put(key, Readable.from(['new']), { ...kept, contentType: 'text/plain' })
      expect(await read()).toBe('new')
      expect(await store.stat(key)).toEqual({ bytes: 3, contentType: 'text/plain' })
    })

    it('keeps the old object readable until the new one is whole', async () => {
      await store.put(key, Readable.from(['old']), kept)
      const body = new PassThrough()
      const put = store.put(key, body, kept)
      body.write('new')
      expect(await read()).toBe('old')
      body.end('er')
      await put
      expect(await read()).toBe('newer')
    })

    it('leaves nothing behind and rejects with the reason when the body fails', async () => {
      const body = Readable.from(
        (async function* () {
          yield randomBytes(12 << 20)
          throw new Error('the clone broke off')
        })(),
      )
      await expect(store.put(key, body, kept)).rejects.toThrow('the clone broke off')
      expect(await store.stat(key)).toBeUndefined()
    })

    it('leaves nothing behind and rejects with the reason when the signal aborts', async () => {
      const controller = new AbortController()
      const body = new PassThrough()
      const put = store.put(key, body, { ...kept, signal: controller.signal })
      const failed = expect(put).rejects.toThrow('the student cancelled')
      body.write(randomBytes(64))
      controller.abort(new Error('the student cancelled'))
      await failed
      expect(await store.stat(key)).toBeUndefined()
    })

    it('does not begin to put when the signal has aborted already', async () => {
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(store.put(key, Readable.from(['x']), { ...kept, signal })).rejects.toThrow('too late')
      expect(await store.stat(key)).toBeUndefined()
    })

    it('stops a download when the signal aborts', async () => {
      await store.put(key, Readable.from([randomBytes(8 << 20)]), kept)
      const controller = new AbortController()
      const found = await store.get(key, { signal: controller.signal })
      controller.abort()
      if (found === undefined) throw new Error('the object is missing')
      await expect(buffer(found)).rejects.toMatchObject({ name: 'AbortError' })
    })

    it('lets a reader hang up', async () => {
      await store.put(key, Readable.from([randomBytes(8 << 20)]), kept)
      const found = await store.get(key)
      found?.destroy()
      if (found && !found.closed) await once(found, 'close')
      expect((await store.stat(key))?.bytes).toBe(8 << 20)
    })

    it('deletes, and deletes again', async () => {
      await store.put(key, Readable.from(['x']), kept)
      await store.delete(key)
      await store.delete(key)
      expect(await store.get(key)).toBeUndefined()
    })

    it('tells a key from one that continues it', async () => {
      await store.put(key, Readable.from(['file']), kept)
      await store.put(`${key}/inside`, Readable.from(['deeper']), kept)
      expect(await read()).toBe('file')
      expect((await store.stat(`${key}/inside`))?.bytes).toBe(6)
    })

    it('takes a key of 512 characters', async () => {
      key = 'k'.repeat(512)
      await store.put(key, Readable.from(['long']), kept)
      expect(await read()).toBe('long')
      await store.delete(key)
    })

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', 'a b', 'ä', 'a\0', 'k'.repeat(513)])(
      'refuses the key %j everywhere',
      async (bad) => {
        await expect(store.put(bad, Readable.from(['x']), kept)).rejects.toThrow(RangeError)
        await expect(store.get(bad)).rejects.toThrow(RangeError)
        await expect(store.stat(bad)).rejects.toThrow(RangeError)
        await expect(store.delete(bad)).rejects.toThrow(RangeError)
        await expect(store.link(bad, { expiresInSeconds: 60, filename: 'x' })).rejects.toThrow(RangeError)
      },
    )

    it('signs a link that downloads the object under the given name', async () => {
      await store.put(key, Readable.from(['built']), kept)
      const before = Date.now()
      const { url, expiresAt } = await store.link(key, { expiresInSeconds: 60, filename: 'build "é".tar.gz' })
      const response = await fetch(url)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('built')
      expect(response.headers.get('content-type')).toBe('application/gzip')
      expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''build%20%22%C3%A9%22.tar.gz")
      expect(expiresAt).toBeGreaterThan(before + 55_000)
      expect(expiresAt).toBeLessThanOrEqual(Date.now() + 60_000)
    })

    it('refuses a link that was changed', async () => {
      await store.put(key, Readable.from(['mine']), kept)
      await store.put(`${key}.other`, Readable.from(['theirs']), kept)
      const { url } = await store.link(key, { expiresInSeconds: 60, filename: 'x' })
      expect((await fetch(url.replace(key, `${key}.other`))).status).toBe(403)
    })

    it('refuses a link after its time', async () => {
      await store.put(key, Readable.from(['built']), kept)
      const { url, expiresAt } = await store.link(key, { expiresInSeconds: 1, filename: 'x' })
      await expect
        .poll(() => Date.now() > expiresAt && fetch(url).then((r) => r.status), { timeout: 5_000 })
        .toBeOneOf([403, 410])
    })

    it('answers a link without an object with 404', async () => {
      const { url } = await store.link(key, { expiresInSeconds: 60, filename: 'x' })
      expect((await fetch(url)).status).toBe(404)
    })

    it('passes its check', async () => {
      await expect(store.check()).resolves.toBeUndefined()
    })

    it('closes twice', async () => {
      await store.close()
      await expect(store.close()).resolves.toBeUndefined()
    })
  })
}
