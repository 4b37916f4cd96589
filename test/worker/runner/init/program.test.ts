import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { compilerArguments, compilers, compilerVersion } from '../../../../scripts/init-compiler.ts'
import { initPrograms } from '../../../../worker/runner/init/programs.ts'

const source = join(import.meta.dirname, '../../../../worker/runner/init/init.c')

describe('the program that is PID 1', () => {
  it.for(['x64', 'arm64'] as const)('for %s is what its source says', async (architecture, { skip }) => {
    const { compiler, gzip } = initPrograms[architecture]
    const found = await compilerVersion(compilers[architecture])
    skip(found !== compiler, `only ${compiler} makes the same bytes, and here is ${found ?? 'none'}`)
    const folder = await mkdtemp(join(tmpdir(), 'rai-init-'))
    try {
      const program = join(folder, 'init')
      await execa(compilers[architecture], compilerArguments(source, program))
      expect((await readFile(program)).equals(gunzipSync(Buffer.from(gzip, 'base64')))).toBe(true)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
