import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'

const rows: readonly [file: string, imported: string, allowed: boolean][] = [
  ['core/submission/x.ts', '../queue/queue.ts', true],
  ['core/submission/x.ts', '../../worker/runner/runner.ts', false],
  ['core/submission/x.ts', '../../bots/card.ts', false],
  ['core/submission/x.ts', '@aws-sdk/client-sqs', false],
  ['core/queue/x.ts', '@aws-sdk/client-sqs', true],
  ['core/queue/x.ts', 'ioredis', false],
  ['core/log/x.ts', 'ioredis', true],
  ['core/records/x.ts', 'libsql', true],
  ['core/records/x.ts', '../../bin/compose/choose.ts', false],
  ['bots/commands/x.ts', '../../core/errors.ts', true],
  ['bots/commands/x.ts', '../../worker/worker.ts', false],
  ['bots/commands/x.ts', 'discord.js', false],
  ['bots/discord/x.ts', 'discord.js', true],
  ['bots/discord/x.ts', '../slack/app.ts', false],
  ['worker/x.ts', '../core/errors.ts', true],
  ['worker/x.ts', '../bots/card.ts', false],
  ['worker/x.ts', 'dockerode', false],
  ['worker/runner/x.ts', 'dockerode', true],
  ['keygen/x.ts', '../bots/card.ts', false],
  ['bin/compose/x.ts', '../../worker/worker.ts', true],
]

const reportSchema = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.unknown() }) })),
})

let folder: string
let refused: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-import-rules-'))
  const config = z.looseObject({}).parse(JSON.parse(await readFile('biome.json', 'utf8')))
  await writeFile(
    join(folder, 'biome.json'),
    JSON.stringify({ ...config, vcs: { enabled: false }, $schema: undefined }),
  )
  await Promise.all(rows.map(([, imported], index) => write(fileOf(index), imported)))
  refused = await refusedPaths()
})

afterAll(() => rm(folder, { recursive: true }))

function fileOf(index: number): string {
  return (rows[index]?.[0] ?? '').replace('x.ts', `case-${index}.ts`)
}

async function write(file: string, imported: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), `import { x } from '${imported}'\n\nexport const y = x\n`)
}

/** One run of the project's own linter with its own configuration. */
async function refusedPaths(): Promise<string> {
  const biome = resolve('node_modules/.bin/biome')
  const { stdout } = await execa(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    reject: false,
  })
  const { diagnostics } = reportSchema.parse(JSON.parse(stdout.slice(stdout.indexOf('{'))))
  const restricted = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports')
  return JSON.stringify(restricted.map(({ location }) => location.path))
}

it.each(rows.map((row, index) => [...row, index] as const))(
  '%s importing %s: %s',
  (_file, _imported, allowed, index) => {
    expect(refused.includes(fileOf(index))).toBe(!allowed)
  },
)
