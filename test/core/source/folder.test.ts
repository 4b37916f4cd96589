import { rename, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect } from '../../../core/source/collect.ts'
import type { SourceEntries } from '../../../core/source/entry.ts'
import { openLocal, readFolder } from '../../../core/source/folder.ts'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import { openSpool } from '../../../core/source/spool.ts'
import { rawTar } from '../../support/archives.ts'
import { layOut, openFolder, openIn, project, refusalOf, temporaryFolder } from './trees.ts'

const limits = defaultSourceLimits

describe('a folder', () => {
  it('is not gone into where its .raiignore says so', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ name: `node_modules/f${index}` }))
    const folder = await layOut([{ name: '.raiignore', content: 'node_modules/\n' }, { name: 'a.c' }, ...many])
    const source = await openFolder(folder, { limits: { ...limits, scannedEntries: 10 } })
    expect(source).toMatchObject({ entries: 2, leftOut: { count: 1, examples: ['node_modules'] } })
  })

  it('keeps links that stay inside, and refuses those that leave', async () => {
    expect((await openFolder(await layOut([{ name: 'a' }, { name: 'd/l', target: '../a' }]))).entries).toBe(2)
    const leaving = await layOut([{ name: 'a' }, { name: 'l', target: '/etc/passwd' }])
    expect(await refusalOf(openFolder(leaving))).toMatchObject({ code: 'link-leaves-root' })
  })

  it('with a pipe or a socket in it is refused, without waiting for either', async () => {
    const folder = await layOut([{ name: 'a' }])
    await execa('mkfifo', [join(folder, 'pipe')])
    expect(await refusalOf(openFolder(folder))).toMatchObject({ code: 'special-file' })
    const other = await layOut([{ name: 'a' }])
    const server = createServer().listen(join(other, 'socket'))
    onTestFinished(() => void server.close())
    expect(await refusalOf(openFolder(other))).toMatchObject({ code: 'special-file' })
  })

  it('swapped for a link while it is read gives nothing away', async () => {
    const secret = await layOut([{ name: 'inner', content: 'secret' }])
    const folder = await layOut([
      { name: 'a', content: '1' },
      { name: 'sub/inner', content: 'mine' },
    ])
    const place = await openLocal(folder)
    const spool = await openSpool(join(await temporaryFolder(), 'contents'))
    onTestFinished(async () => {
      await place.handle.close()
      await spool.close()
    })
    const swapping = swapBefore(readFolder(place), 'sub', async () => {
      await rename(join(folder, 'sub'), join(folder, 'moved'))
      await symlink(secret, join(folder, 'sub'))
    })
    const { tree } = await collect(swapping, { limits, spool, dropTopFolder: false })
    const inner = tree.nodes.get('sub/inner')
    expect(inner).toMatchObject({ kind: 'file', size: 'mine'.length })
  })

  it('that grows while it is read is refused', async () => {
    const folder = await layOut([{ name: 'a', content: 'x' }])
    const place = await openLocal(folder)
    const spool = await openSpool(join(await temporaryFolder(), 'contents'))
    onTestFinished(async () => {
      await place.handle.close()
      await spool.close()
    })
    const growing = swapBefore(readFolder(place), 'a', () => writeFile(join(folder, 'a'), 'xxx'))
    expect(await refusalOf(collect(growing, { limits, spool, dropTopFolder: false }))).toMatchObject({
      code: 'changed-while-reading',
    })
  })

  it('that is not there, or holds nothing, is refused', async () => {
    expect(await refusalOf(openFolder('/no/such/folder'))).toMatchObject({ code: 'no-such-path' })
    expect(await refusalOf(openFolder('/dev/null'))).toMatchObject({ code: 'no-such-path' })
    expect(await refusalOf(openFolder(await temporaryFolder()))).toMatchObject({ code: 'empty-submission' })
  })

  it('deeper than any project is refused', async () => {
    const folder = await layOut([{ name: `${'d/'.repeat(140)}f` }])
    expect(await refusalOf(openFolder(folder))).toMatchObject({ code: 'name-too-long' })
  })
})

/** Does something just before the entry of that path is handed on, when its folder is already open. */
async function* swapBefore(entries: SourceEntries, path: string, act: () => Promise<void>): SourceEntries {
  for await (const entry of entries) {
    if (entry.path === path) await act()
    yield entry
  }
}

describe('an attachment', () => {
  const request = { kind: 'attachment', platform: 'slack', name: 'x.pdf', bytes: 10, locator: 'F1' } as const

  it('is downloaded once and read like an archive', async () => {
    const folder = await openFolder(await layOut(project))
    const source = await openIn(request, { openAttachment: async () => Readable.from([rawTar(project)]) })
    expect(source.treeHash).toBe(folder.treeHash)
  })

  it('that is larger than it said is cut off', async () => {
    let sent = 0
    const endless = Readable.from(zeros(() => (sent += 1)))
    const opening = openIn(request, {
      limits: { ...limits, archiveBytes: 1_000_000 },
      openAttachment: async () => endless,
    })
    expect(await refusalOf(opening)).toMatchObject({ code: 'archive-too-large' })
    expect(sent).toBeLessThan(200)
  })

  it('that says it is too large is not downloaded', async () => {
    const opening = openIn({ ...request, bytes: 1e12 }, { openAttachment: () => Promise.reject(new Error('asked')) })
    expect(await refusalOf(opening)).toMatchObject({ code: 'archive-too-large' })
  })

  it('whose download fails is not the student’s fault', async () => {
    const failing = new Readable({ read: () => failing.destroy(new Error('the chat is down')) })
    await expect(openIn(request, { openAttachment: async () => failing })).rejects.toThrow('the chat is down')
  })
})

async function* zeros(count: () => void): AsyncGenerator<Buffer> {
  for (;;) {
    count()
    yield Buffer.alloc(64 * 1024)
  }
}
