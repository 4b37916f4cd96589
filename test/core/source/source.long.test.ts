import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import { openFolder, temporaryFolder } from './trees.ts'

const gibibyte = 1024 ** 3
const limits = { ...defaultSourceLimits, bytes: 2 * gibibyte, scannedBytes: 3 * gibibyte, archiveBytes: 2 * gibibyte }

/** 900 files of 1 MB, and 10,000 of 10 KB, of bytes that do not compress to nothing. */
async function largeTree(): Promise<string> {
  const folder = join(await temporaryFolder(), 'tree')
  const block = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, index) => (index * index * 31) % 256))
  for (let part = 0; part < 100; part += 1) {
    await mkdir(join(folder, `part-${part}`), { recursive: true })
    for (let index = 0; index < 9; index += 1) await writeFile(join(folder, `part-${part}`, `large-${index}`), block)
    for (let index = 0; index < 100; index += 1) {
      await writeFile(join(folder, `part-${part}`, `small-${index}`), block.subarray(index, index + 10_240))
    }
  }
  return folder
}

/** Runs something and answers by how many bytes this process grew at most, and how long it took. */
async function measured(work: () => Promise<void>): Promise<{ grownBytes: number; seconds: number }> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 20)
  const start = performance.now()
  await work().finally(() => clearInterval(timer))
  return { grownBytes: most - before, seconds: (performance.now() - start) / 1000 }
}

async function stage(path: string): Promise<void> {
  const source = await openFolder(path, { limits })
  await pipeline(source.tar(), new Writable({ write: (_chunk, _encoding, done) => done() }))
  await source.close()
}

it('a tree and an archive of 1 GB are staged in less than 64 MB of memory', { timeout: 900_000 }, async ({
  annotate,
}) => {
  const tree = await largeTree()
  const archive = join(await temporaryFolder(), 'tree.tar')
  await execa('tar', ['-cf', archive, '-C', tree, '.'])
  const { size } = await (await open(archive)).stat()
  await stage(join(tree, 'part-0')) // What the code itself takes is not what 1 GB adds.
  for (const path of [tree, archive]) {
    const { grownBytes, seconds } = await measured(() => stage(path))
    await annotate(
      `${path}: ${(size / 1e6 / seconds).toFixed(0)} MB/s, ${(grownBytes / 1e6).toFixed(0)} MB more memory`,
    )
    expect(grownBytes).toBeLessThan(64 * 1024 * 1024)
  }
})
