import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import { compressed, rawTar, rawTarEntry, rawZip } from '../../support/archives.ts'
import { layOut, openArchive, openFolder, project, refusalOf } from './trees.ts'

const limits = defaultSourceLimits
const file = { name: 'a.txt', content: 'hello' }

async function namesIn(tar: Uint8Array): Promise<string[]> {
  const reader = extract()
  reader.end(Buffer.from(tar))
  const names: string[] = []
  for await (const entry of reader) {
    names.push(entry.header.name)
    entry.resume()
  }
  return names
}

async function namesOf(bytes: Uint8Array): Promise<string[]> {
  const source = await openArchive(bytes)
  return namesIn(await buffer(source.tar()))
}

describe('an archive', () => {
  it('is known by its bytes, whatever its name is', async () => {
    expect(await refusalOf(openArchive(Buffer.from('hello, world\n')))).toMatchObject({ code: 'not-an-archive' })
    expect(await refusalOf(openArchive(Buffer.alloc(0)))).toMatchObject({ code: 'not-an-archive' })
    const sevenZip = await refusalOf(openArchive(Buffer.from('377abcaf271c0004', 'hex')))
    expect(sevenZip.message).toContain('.7z')
    expect(await refusalOf(openArchive(gzipSync('just text, no tar')))).toMatchObject({ code: 'archive-truncated' })
    expect(await refusalOf(openArchive(gzipSync('x'.repeat(2048))))).toMatchObject({ code: 'archive-damaged' })
  })

  it('as .zip gives the same hash as the folder', async () => {
    const folder = await openFolder(await layOut(project))
    const zip = await openArchive(rawZip(project))
    expect(zip.treeHash).toBe(folder.treeHash)
    expect(zip.buildFile).toEqual({ name: 'rai_build.yml', text: 'rai:\n  version: 0.2\n' })
    expect(zip.files.has('src/main.c')).toBe(true)
    expect(zip.files.has('src')).toBe(false)
  })

  it('loses the one folder that everything lies in', async () => {
    const wrapped = [
      { name: 'project-main/', flag: '5' },
      ...project.map((entry) => ({ ...entry, name: `project-main/${entry.name}` })),
    ]
    const folder = await openFolder(await layOut(project))
    expect((await openArchive(rawTar(wrapped))).treeHash).toBe(folder.treeHash)
  })

  it('leaves out what operating systems, git and RAI keep beside the work', async () => {
    const extra = ['.git/config', '__MACOSX/._a.txt', '.DS_Store', '.rai_profile', 'sub/.RAI_SECRET', '._a.txt']
    const source = await openArchive(rawTar([file, ...extra.map((name) => ({ name, content: 'x' }))]))
    expect(source.entries).toBe(1)
    expect(source.leftOut.count).toBe(extra.length)
    expect(source.leftOut.examples).toContain('.rai_profile')
  })

  it('leaves out what its .raiignore names, wherever in the archive that comes', async () => {
    const entries = [
      { name: 'build/x.o' },
      { name: 'keep.log' },
      { name: 'y.log' },
      file,
      { name: '.raiignore', content: 'build/\n*.log\n!keep.log\n' },
    ]
    expect(await namesOf(rawTar(entries))).toEqual(['.raiignore', 'a.txt', 'keep.log'])
  })

  it('cannot stop us with a .raiignore that takes years to match', async () => {
    const patterns = Array.from({ length: 6000 }, (_, index) => `*a*${index}`).join('\n')
    const names = Array.from({ length: 3000 }, (_, index) => ({ name: `${'a'.repeat(200)}${index}x` }))
    const entries = [{ name: '.raiignore', content: patterns }, ...names]
    expect(await refusalOf(openArchive(rawTar(entries)))).toMatchObject({ code: 'ignore-file-too-slow' })
  })

  it('sorts its entries by their bytes, folders before what is in them', async () => {
    const entries = ['b', 'a/z', 'a-b', 'a/b/c', '\u{1F600}', '\uFB01'].map((name) => ({ name }))
    expect(await namesOf(rawTar(entries))).toEqual(
      ['a/', 'a-b', 'a/b/', 'a/b/c', 'a/z', 'b', '\uFB01', '\u{1F600}'].sort((x, y) =>
        Buffer.compare(Buffer.from(x.replace(/\/$/, '')), Buffer.from(y.replace(/\/$/, ''))),
      ),
    )
  })

  it('makes a second file of a hard link', async () => {
    const linked = await openArchive(rawTar([file, { name: 'b.txt', flag: '1', target: './a.txt' }]))
    const copied = await openArchive(rawTar([file, { ...file, name: 'b.txt' }]))
    expect(linked.treeHash).toBe(copied.treeHash)
  })
})

const refusedTars: readonly [string, string, () => Buffer][] = [
  ['an absolute path', 'path-leaves-root', () => rawTar([{ name: '/etc/passwd' }])],
  ['a path with ..', 'path-leaves-root', () => rawTar([{ name: 'a/../../b' }])],
  ['a drive letter', 'path-leaves-root', () => rawTar([{ name: 'C:\\Windows\\x' }])],
  ['a link out of the root', 'link-leaves-root', () => rawTar([file, { name: 'b/l', flag: '2', target: '../../x' }])],
  ['an absolute link', 'link-leaves-root', () => rawTar([file, { name: 'l', flag: '2', target: '/etc/passwd' }])],
  [
    'a link out through another link',
    'link-leaves-root',
    () => rawTar([file, { name: 'd/here', flag: '2', target: '..' }, { name: 'l', flag: '2', target: 'd/here/../x' }]),
  ],
  [
    'links in a circle',
    'link-leaves-root',
    () => rawTar([file, { name: 'x', flag: '2', target: 'y' }, { name: 'y', flag: '2', target: 'x' }]),
  ],
  ['a file below a link', 'same-name', () => rawTar([{ name: 'd', flag: '2', target: 'e' }, { name: 'd/x' }])],
  [
    'a hard link out of the root',
    'path-leaves-root',
    () => rawTar([file, { name: 'h', flag: '1', target: '../../etc/shadow' }]),
  ],
  ['a hard link to nothing', 'link-without-file', () => rawTar([file, { name: 'h', flag: '1', target: 'etc/shadow' }])],
  ['a device', 'special-file', () => rawTar([file, { name: 'dev', flag: '3' }])],
  ['a named pipe', 'special-file', () => rawTar([file, { name: 'pipe', flag: '6' }])],
  ['a name with a line break', 'unsafe-name', () => rawTar([{ name: 'a\nb' }])],
  ['a name that reverses its line', 'unsafe-name', () => rawTar([{ name: 'a\u202Eb' }])],
  ['a name that is not UTF-8', 'unsafe-name', () => Buffer.concat([rawTar([file])].map((tar) => mangledName(tar)))],
  ['a name of 300 bytes', 'name-too-long', () => rawTar([{ name: 'n'.repeat(300) }])],
  ['a path of 5,000 bytes', 'name-too-long', () => rawTar([{ name: 'n/'.repeat(2500) }])],
  ['the same name twice', 'same-name', () => rawTar([file, file])],
  ['the same name in two spellings', 'same-name', () => rawTar([{ name: 'é' }, { name: 'e\u0301' }])],
  ['a folder in two spellings', 'same-name', () => rawTar([{ name: 'é/a' }, { name: 'e\u0301/b' }])],
  ['a name that is file and folder', 'same-name', () => rawTar([{ name: 'a' }, { name: 'a/b' }])],
  ['nothing', 'empty-submission', () => rawTar([])],
  ['only what is left out', 'empty-submission', () => rawTar([{ name: '.git/config' }])],
  [
    'its end missing, in an entry',
    'archive-truncated',
    () => rawTar([{ name: 'a', content: 'x'.repeat(2000) }]).subarray(0, 1000),
  ],
  ['its end missing, between entries', 'archive-truncated', () => rawTarEntry(file)],
  [
    'its compressed end missing',
    'archive-truncated',
    () => gzipSync(rawTar([{ name: 'a', content: 'x'.repeat(9999) }])).subarray(0, 60),
  ],
]

/** Replaces the name `a.txt` by bytes that are no UTF-8, and mends the checksum. */
function mangledName(tar: Buffer): Buffer {
  const header = Buffer.from(tar)
  header.set([0xff, 0xfe], 0)
  header.write('        ', 148)
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148)
  return header
}

describe('a .tar is refused for', () => {
  it.each(refusedTars)('%s', async (_what, code, make) => {
    expect(await refusalOf(openArchive(make()))).toMatchObject({ code })
  })

  it('more files than allowed, before the rest is read', async () => {
    const many = rawTar(Array.from({ length: 300 }, (_, index) => ({ name: `f${index}` })))
    expect(await refusalOf(openArchive(many, { limits: { ...limits, entries: 100 } }))).toMatchObject({
      code: 'too-many-files',
    })
    const scanned = { ...limits, scannedEntries: 100 }
    expect((await refusalOf(openArchive(many, { limits: scanned }))).message).toContain('more than 100 files')
  })

  it('paths that name too many folders', async () => {
    const deep = rawTar(Array.from({ length: 10 }, (_, index) => ({ name: `${index}/${'d/'.repeat(100)}f` })))
    expect(await refusalOf(openArchive(deep, { limits: { ...limits, scannedEntries: 500 } }))).toMatchObject({
      code: 'too-many-files',
    })
  })

  it.each(['gzip', 'bzip2', 'xz'] as const)('unpacking to too much from %s', async (program) => {
    const bomb = await compressed(rawTar([{ name: 'zeros', content: Buffer.alloc(30_000_000) }]), program)
    if (bomb === undefined) return
    const small = { ...limits, scannedBytes: 10_000_000 }
    expect(await refusalOf(openArchive(bomb, { limits: small }))).toMatchObject({ code: 'submission-too-large' })
    expect(await refusalOf(openArchive(bomb, { limits: { ...limits, bytes: 10_000_000 } }))).toMatchObject({
      code: 'submission-too-large',
    })
  })

  it('hard links that multiply one file', async () => {
    const links = Array.from({ length: 20 }, (_, index) => ({ name: `h${index}`, flag: '1', target: 'a' }))
    const tar = rawTar([{ name: 'a', content: Buffer.alloc(1_000_000) }, ...links])
    expect(await refusalOf(openArchive(tar, { limits: { ...limits, bytes: 10_000_000 } }))).toMatchObject({
      code: 'submission-too-large',
    })
  })

  it('its own size', async () => {
    const tar = rawTar([{ name: 'a', content: Buffer.alloc(10_000) }])
    expect(await refusalOf(openArchive(tar, { limits: { ...limits, archiveBytes: 1_000 } }))).toMatchObject({
      code: 'archive-too-large',
    })
  })

  it('a build file of more than 256 KB', async () => {
    const tar = rawTar([{ name: 'rai_build.yml', content: Buffer.alloc(300_000) }])
    expect(await refusalOf(openArchive(tar))).toMatchObject({ code: 'build-file-too-large' })
  })
})

describe('a .zip', () => {
  it.each([
    ['a password', 'archive-encrypted', rawZip([{ ...file, flags: 0x801 }])],
    ['entries that share bytes', 'archive-overlaps', rawZip([file, { ...file, name: 'b', sameDataAs: 0 }])],
    ['a link out of the root', 'link-leaves-root', rawZip([file, { name: 'l', target: '../x' }])],
    ['a path with ..', 'path-leaves-root', rawZip([{ name: '../x' }])],
    ['a backslash path with ..', 'path-leaves-root', rawZip([{ name: '..\\x', madeBy: 0 }])],
    ['an absolute path', 'path-leaves-root', rawZip([{ name: '/x' }])],
    ['a device', 'special-file', rawZip([file, { name: 'd', mode: 0o020644 }])],
    ['a wrong checksum', 'archive-damaged', rawZip([{ ...file, crc: 1 }])],
    ['a wrong size', 'archive-damaged', rawZip([{ ...file, size: 3 }])],
    ['an unknown compression', 'archive-damaged', rawZip([{ ...file, method: 12 }])],
    ['its end missing', 'archive-damaged', rawZip([file]).subarray(0, 60)],
    ['nothing', 'empty-submission', rawZip([])],
    ['a claim of too much', 'submission-too-large', rawZip([{ ...file, size: 0xfffffff0 }])],
  ])('is refused for %s', async (_what, code, bytes) => {
    expect(await refusalOf(openArchive(bytes))).toMatchObject({ code })
  })

  it('written on Windows has folders', async () => {
    expect(
      await namesOf(
        rawZip([
          { name: 'src\\main.c', madeBy: 0 },
          { name: 'x', madeBy: 0 },
        ]),
      ),
    ).toEqual(['src/', 'src/main.c', 'x'])
  })
})
