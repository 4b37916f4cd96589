import { mkdirSync } from 'node:fs'
import { link, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filterResult } from '../../../worker/result/result.ts'
import { packFolder } from '../../../worker/runner/pack-folder.ts'
import { filesOf, readTar } from '../../contracts/runner-archives.ts'

const roomy = { maxBytes: 1e9, maxEntries: 1e6 }

describe('packFolder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rai-pack-'))
  })
  afterEach(async () => {
    // The program can remove what is too deep for a path.
    await execa('rm', ['-rf', folder])
  })

  it('packs nothing but the folder of an empty one', async () => {
    expect(await filesOf(packFolder(folder, 'test'))).toEqual({ '': '' })
  })

  it('packs files, folders and modes, small and large', async () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    await writeFile(join(folder, 'a/b/small'), 'small\n', { mode: 0o750 })
    await writeFile(join(folder, 'large'), 'x'.repeat(300_000))
    await writeFile(join(folder, 'nothing'), '')
    const entries = await readTar(packFolder(folder, 'test'))
    const of = (name: string) => entries.find((entry) => entry.name === name)
    expect(entries).toHaveLength(6)
    expect(of('a/b/small')).toMatchObject({ type: 'file', mode: 0o750, text: 'small\n' })
    expect(of('large')?.text).toBe('x'.repeat(300_000))
    expect(of('nothing')).toMatchObject({ type: 'file', size: 0 })
    expect(of('a/b')).toMatchObject({ type: 'directory' })
  })

  it('packs links as links, and a file with two names once', async () => {
    await writeFile(join(folder, 'one'), 'one')
    await link(join(folder, 'one'), join(folder, 'two'))
    await symlink('/etc', join(folder, 'out'))
    const entries = await readTar(packFolder(folder, 'test'))
    expect(entries.find(({ name }) => name === 'out')).toMatchObject({ type: 'symlink', linkname: '/etc' })
    expect(entries.map(({ type }) => type).toSorted()).toEqual(['directory', 'file', 'link', 'symlink'])
  })

  it('opens no FIFO, socket or device, and says that something is there', async () => {
    await execa('mkfifo', [join(folder, 'fifo')])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve))
    const { tar, report } = filterResult(packFolder(folder, 'test'), { ...roomy, onNotice: () => {} })
    expect(await filesOf(tar)).toEqual({})
    expect(report().leftOut).toEqual({ 'it is neither a file, a folder nor a link': 2 })
    await new Promise((resolve) => server.close(resolve))
  })

  it('shows a name that is no text, and one with control characters, to the filter', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), 'x')
    await writeFile(join(folder, 'line\nbreak'), 'x')
    await writeFile(join(folder, 'naïve'), 'fine')
    const { tar, report } = filterResult(packFolder(folder, 'test'), { ...roomy, onNotice: () => {} })
    expect(await filesOf(tar)).toEqual({ naïve: 'fine' })
    expect(report().leftOut).toEqual({ 'the name holds control characters': 2 })
  })

  it('spends nothing on hundreds of long-named folders in each other', async () => {
    nest(folder, 400, 'd'.repeat(200))
    const notices: string[] = []
    const { tar, report } = filterResult(packFolder(folder, 'test'), {
      ...roomy,
      onNotice: (text) => notices.push(text),
    })
    let bytes = 0
    for await (const chunk of tar) bytes += chunk.length
    expect(report().entries).toBeLessThanOrEqual(100)
    expect(bytes).toBeLessThan(2 * 1024 * 1024)
  })

  it('says that what is more than a hundred folders deep was left out', async () => {
    nest(folder, 300, 'd')
    const { tar, report } = filterResult(packFolder(folder, 'test'), { ...roomy, onNotice: () => {} })
    expect(await readTar(tar)).toHaveLength(100)
    expect(report().leftOut).toEqual({ 'it is more than 100 folders deep': 1 })
  })

  it('stops reading a file of holes when the filter has had enough', async () => {
    await writeFile(join(folder, 'holes'), '')
    await truncate(join(folder, 'holes'), 2 ** 40)
    const { tar, report } = filterResult(packFolder(folder, 'test'), { ...roomy, maxBytes: 1000, onNotice: () => {} })
    expect(await readTar(tar)).toEqual([])
    expect(report().truncated).toBe(true)
  })

  it('waits for its reader, also with entries that have no content', async () => {
    for (let index = 0; index < 600; index += 1) mkdirSync(join(folder, `folder-${index}`))
    const packed = packFolder(folder, 'test')
    await new Promise<void>((resolve) => packed.once('readable', resolve))
    let bytes = 0
    for await (const chunk of packed) bytes += chunk.length
    expect(bytes).toBe(601 * 512 + 1024)
  })

  it('ends with an error of ours when the folder cannot be read', async () => {
    await rm(folder, { recursive: true })
    await writeFile(folder, 'a file')
    await expect(readTar(packFolder(folder, 'test'))).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
  })
})

/** Deeper than a path can name, so one step at a time. */
function nest(folder: string, levels: number, name: string): void {
  const here = process.cwd()
  process.chdir(folder)
  try {
    for (let level = 0; level < levels; level += 1) {
      mkdirSync(name)
      process.chdir(name)
    }
  } finally {
    process.chdir(here)
  }
}
