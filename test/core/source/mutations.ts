import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { extract } from 'tar-stream'
import { expect } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import type { PreparedSource } from '../../../core/source/source.ts'
import { compressed, rawTar, rawZip } from '../../support/archives.ts'
import { openArchive, project } from './trees.ts'

const limits = { ...defaultSourceLimits, scannedBytes: 5_000_000, bytes: 2_000_000 }

interface Mutation {
  readonly kind: 'set' | 'cut' | 'repeat' | 'drop'
  readonly at: number
  readonly length: number
  readonly byte: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'set', 'set', 'cut', 'repeat', 'drop'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 600 }),
  byte: fc.integer({ min: 0, max: 255 }),
})

function mutate(bytes: Buffer, { kind, at, length, byte }: Mutation): Buffer {
  const position = Math.min(bytes.length - 1, Math.floor(at * bytes.length))
  const before = bytes.subarray(0, position)
  const piece = bytes.subarray(position, position + length)
  switch (kind) {
    case 'set':
      return Buffer.concat([before, Buffer.from([byte]), bytes.subarray(position + 1)])
    case 'cut':
      return before
    case 'repeat':
      return Buffer.concat([before, piece, bytes.subarray(position)])
    case 'drop':
      return Buffer.concat([before, bytes.subarray(position + length)])
  }
}

/** Damages archives of every kind in `runs` ways: each is refused, or gives a tar that holds nothing bad. */
export async function checkMutations(runs: number): Promise<void> {
  const tar = rawTar([...project, { name: 'hard', flag: '1', target: 'Makefile' }])
  const packed = [await compressed(tar, 'bzip2'), await compressed(tar, 'xz')].filter((bytes) => bytes !== undefined)
  const archives = [tar, tar, rawZip(project), rawZip(project), gzipSync(tar), ...packed]
  const property = fc.asyncProperty(
    fc.constantFrom(...archives),
    fc.array(mutation, { minLength: 1, maxLength: 4 }),
    async (archive, mutations) => {
      const damaged = mutations.reduce((bytes, next) => (bytes.length === 0 ? bytes : mutate(bytes, next)), archive)
      const source = await openArchive(damaged, { limits }).catch((error: unknown) => {
        if (error instanceof Refusal) return undefined
        throw error
      })
      if (source === undefined) return
      await checkSane(source)
      await source.close()
    },
  )
  await fc.assert(property, { numRuns: runs })
}

async function checkSane(source: PreparedSource): Promise<void> {
  const reader = extract()
  const tar = await buffer(source.tar())
  expect(tar.length).toBe(source.tarBytes)
  reader.end(tar)
  const names = new Set<string>()
  for await (const entry of reader) {
    const { header } = entry
    expect(['file', 'directory', 'symlink']).toContain(header.type)
    expect(header.name).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\p{Cc}/u)
    expect(header.linkname ?? '').not.toMatch(/^\//)
    expect(names.has(header.name)).toBe(false)
    names.add(header.name)
    entry.resume()
  }
}
