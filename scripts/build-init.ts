import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { execa } from 'execa'
import { packageRoot } from '../bin/package-root.ts'
import { compilerArguments, compilers, compilerVersion } from './init-compiler.ts'

/** `npm run build:init`: compiles worker/runner/init/init.c for every processor into worker/runner/init/programs.ts. */
const folder = join(packageRoot(), 'worker/runner/init')
const scratch = await mkdtemp(join(tmpdir(), 'rai-init-'))
try {
  const lines: string[] = []
  for (const [architecture, compiler] of Object.entries(compilers)) {
    const program = join(scratch, architecture)
    await execa(compiler, compilerArguments(join(folder, 'init.c'), program))
    const gzip = gzipSync(await readFile(program), { level: 9 }).toString('base64')
    const version = await compilerVersion(compiler)
    lines.push(`  ${architecture}: {\n    compiler: '${version}',\n    gzip: '${gzip}',\n  },`)
  }
  await writeFile(
    join(folder, 'programs.ts'),
    `// Made from init.c by npm run build:init; a test compares them.\n\n/** By Node's name of the processor. */\nexport const initPrograms = {\n${lines.join('\n')}\n} as const\n`,
  )
} finally {
  await rm(scratch, { recursive: true, force: true })
}
