import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { filterResult, packResult } from '../../../worker/result/result.ts'
import { readTar } from '../../contracts/runner-archives.ts'
import { type HostileEntry, hostileTar } from './hostile-tar.ts'

const roomy = { maxBytes: 1e6, maxEntries: 100 }

async function filter(entries: readonly HostileEntry[], limits: Partial<typeof roomy> = {}) {
  const notices: string[] = []
  const filtered = filterResult(hostileTar(entries), {
    ...roomy,
    ...limits,
    onNotice: (notice) => {
      notices.push(notice)
    },
  })
  const kept = await readTar(filtered.tar)
  return { kept, names: kept.map(({ name }) => name), notices, report: filtered.report() }
}

describe('filterResult', () => {
  it('keeps files, folders and links that stay inside, with plain names, modes and owners', async () => {
    const mtime = new Date(1_700_000_000_000)
    const { kept, notices, report } = await filter([
      { name: './', type: 'directory' },
      { name: './a/', type: 'directory', mode: 0o7777, uid: 10_000 },
      { name: './a/run', mode: 0o6755, uid: 10_000, gid: 10_000, uname: 'x', mtime, text: 'hi' },
      { name: 'secret', mode: 0o044, text: '' },
      { name: './a/l', type: 'symlink', linkname: '../a/run' },
    ])
    expect(kept).toMatchObject([
      { name: 'a', type: 'directory', mode: 0o755, uid: 0 },
      { name: 'a/run', type: 'file', mode: 0o755, uid: 0, gid: 0, uname: '', mtime, text: 'hi' },
      { name: 'secret', mode: 0o644 },
      { name: 'a/l', type: 'symlink', linkname: '../a/run' },
    ])
    expect(notices).toEqual([])
    expect(report).toEqual({ entries: 4, bytes: 2, leftOut: {}, truncated: false })
  })

  it.each([
    ['an absolute target', { name: 'l', linkname: '/etc/passwd' }],
    ['a target above the root', { name: 'a/l', linkname: '../../x' }],
    ['a target that goes down before it goes up', { name: 'a/b/l', linkname: '../../d/..' }],
    ['no target', { name: 'l', linkname: '' }],
    ['a target with a control character', { name: 'l', linkname: 'a\nb' }],
  ])('leaves out a symbolic link with %s', async (_what, entry) => {
    const { names, notices } = await filter([{ ...entry, type: 'symlink' }, { name: 'kept' }])
    expect(names).toEqual(['kept'])
    expect(notices).toEqual([`Left out of the result: ${JSON.stringify(entry.name)}, because it links out of /build.`])
  })

  it.each(['character-device', 'block-device', 'fifo', 'contiguous-file'] as const)('leaves out a %s', async (type) => {
    const { names, report } = await filter([{ name: 'odd', type }, { name: 'kept' }])
    expect(names).toEqual(['kept'])
    expect(report.leftOut).toEqual({ 'it is neither a file, a folder nor a link': 1 })
  })

  it.each([['../x'], ['/x'], ['a/../../x'], ['a\nb'], ['a\u001b[31m'], ['x'.repeat(5000)], ['a\\b'], ['\u202egnp']])(
    'leaves out the name %j',
    async (name) => {
      const { names, notices } = await filter([{ name, text: 'x' }, { name: 'kept' }])
      expect(names).toEqual(['kept'])
      expect(notices).toHaveLength(1)
      expect(notices[0]?.length).toBeLessThan(250)
    },
  )

  it('writes nothing through a link', async () => {
    const { names } = await filter([
      { name: 'd', type: 'symlink', linkname: 'elsewhere' },
      { name: 'd/x', text: 'x' },
      { name: 'd', type: 'directory' },
      { name: 'd', text: 'again' },
    ])
    expect(names).toEqual(['d'])
  })

  it('lets no link take the place of a folder that has files', async () => {
    const { names } = await filter([
      { name: 'd/x', text: 'x' },
      { name: 'd', type: 'symlink', linkname: 'y' },
    ])
    expect(names).toEqual(['d/x'])
  })

  it('keeps a hard link only to a file that was kept', async () => {
    const { kept, report } = await filter([
      { name: './a', text: 'x' },
      { name: './b', type: 'link', linkname: './a' },
      { name: './c', type: 'link', linkname: '/etc/shadow' },
      { name: './d', type: 'link', linkname: '../a' },
      { name: './e', type: 'link', linkname: 'later' },
    ])
    expect(kept.map(({ name, linkname }) => [name, linkname])).toEqual([
      ['a', null],
      ['b', 'a'],
    ])
    expect(report.leftOut).toEqual({ 'it is a hard link to something that was not kept': 3 })
  })

  it('leaves out the file that does not fit, and keeps smaller ones after it', async () => {
    const entries = [
      { name: 'a', text: 'x'.repeat(60) },
      { name: 'b', text: 'x'.repeat(60) },
      { name: 'c', text: 'x'.repeat(40) },
    ]
    const { names, notices, report } = await filter(entries, { maxBytes: 100 })
    expect(names).toEqual(['a', 'c'])
    expect(notices).toEqual(['Left out of the result: "b", because it did not fit: 100 B of /build are kept.'])
    expect(report.bytes).toBe(100)
  })

  it('stops at too many entries, with a notice', async () => {
    const entries = Array.from({ length: 12 }, (_, index) => ({ name: `f${index}` }))
    const { names, notices, report } = await filter(entries, { maxEntries: 10 })
    expect(names).toHaveLength(10)
    expect(notices.join()).toContain('cut after 10 entries')
    expect(report.truncated).toBe(true)
  })

  it('does not read an endless file of holes to its end', async () => {
    const tar = new PassThrough()
    tar.write(await hostileHeader({ name: 'holes', size: 8 * 1024 ** 3 }))
    const { tar: kept, report } = filterResult(tar, { ...roomy, onNotice: () => {} })
    expect(await readTar(kept)).toEqual([])
    expect(report().truncated).toBe(true)
    expect(tar.destroyed).toBe(true)
  })

  it('says one line for a thousand entries of a kind', async () => {
    const entries = Array.from({ length: 300 }, (_, index) => ({ name: `p${index}`, type: 'fifo' as const }))
    const { notices } = await filter(entries)
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain('300 entries such as "p0"')
  })

  it.each([Number.NaN, -5e12, 8e15])('survives the time %d', async (time) => {
    const { names } = await filter([{ name: 'a', mtime: new Date(time) }])
    expect(names).toEqual(['a'])
  })

  it('fails with the error of its source, not with half an archive', async () => {
    const source = Readable.from(
      (async function* () {
        yield await hostileHeader({ name: 'a', size: 1000 })
        throw new Error('the engine went away')
      })(),
    )
    await expect(readTar(filterResult(source, { ...roomy, onNotice: () => {} }).tar)).rejects.toThrow(
      'the engine went away',
    )
  })

  it('fails when the archive ends in the middle of a file', async () => {
    const source = Readable.from([await hostileHeader({ name: 'a', size: 1000 })])
    await expect(buffer(filterResult(source, { ...roomy, onNotice: () => {} }).tar)).rejects.toThrow()
  })

  it('ends the source when nobody wants the result any more', async () => {
    const source = new PassThrough()
    const { tar } = filterResult(source, { ...roomy, onNotice: () => {} })
    tar.destroy()
    await new Promise((resolve) => source.once('close', resolve))
  })
})

describe('packResult', () => {
  it('makes a true .tar.gz', async () => {
    const packed = await buffer(packResult(hostileTar([{ name: 'a', text: 'hello' }])))
    expect([...packed.subarray(0, 2)]).toEqual([0x1f, 0x8b])
    expect(await readTar(Readable.from([gunzipSync(packed)]))).toMatchObject([{ name: 'a', text: 'hello' }])
  })

  it('fails with the error of its tar', async () => {
    const tar = new PassThrough()
    const packed = packResult(tar)
    tar.destroy(new Error('cut'))
    await expect(buffer(packed)).rejects.toThrow('cut')
  })
})

/** The first block of an entry alone. */
async function hostileHeader(header: HostileEntry & { size: number }): Promise<Buffer> {
  const whole = await buffer(hostileTar([{ ...header, size: 0 }]))
  const block = Buffer.from(whole.subarray(0, 512))
  block.write(`${header.size.toString(8).padStart(11, '0')} `, 124)
  block.write('        ', 148)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
