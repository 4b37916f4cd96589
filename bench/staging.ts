import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { startGitServer } from '../test/support/git-http.ts'
import type { Bench, BenchContext, Finding } from './bench.ts'
import { inTurns, spreadOf } from './spread.ts'

const mebibyte = 2 ** 20
const fileBytes = 256 * 1024
/** In MiB. */
const sizes = {
  quick: { tree: 16, repository: 4 },
  usual: { tree: 128, repository: 20 },
  full: { tree: 1_024, repository: 100 },
} as const

/** How fast sources get into the store, and how much memory that takes. */
export const staging: Bench = {
  name: 'staging',
  title: 'Staging: a tree, an archive and a repository into the store',
  async run(context) {
    const { tree, repository } = sizes[context.size]
    const rounds = Math.min(context.rounds, context.size === 'full' ? 3 : 7)
    return [...(await local(context, tree, rounds)), ...(await cloned(context, repository, rounds))]
  },
}

interface Sample {
  readonly ms: number
  readonly addedBytes: number
}

const sampleSchema = z.object({ ms: z.number(), addedBytes: z.number() })

async function stageBy(context: BenchContext, kind: string, place: string): Promise<Sample> {
  const folder = join(context.folder, 'staged')
  await mkdir(folder, { mode: 0o711 })
  const script = join(import.meta.dirname, 'staging', 'stage.ts')
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script, kind, place, folder])
  await rm(folder, { recursive: true })
  return sampleSchema.parse(JSON.parse(stdout))
}

async function bare(context: BenchContext, command: string): Promise<Sample> {
  const folder = join(context.folder, 'bare')
  await mkdir(folder)
  const started = performance.now()
  await execa('sh', ['-c', command], { cwd: folder })
  const ms = performance.now() - started
  await rm(folder, { recursive: true })
  return { ms, addedBytes: 0 }
}

async function local(context: BenchContext, mib: number, rounds: number): Promise<Finding[]> {
  const tree = join(context.folder, 'tree')
  const archive = join(context.folder, 'tree.tar.gz')
  await makeTree(tree, mib)
  await execa('tar', ['-czf', archive, '-C', tree, '.'])
  const samples = await inTurns(rounds, {
    tree: () => stageBy(context, 'local', tree),
    tarGzip: () => bare(context, `tar -c -C '${tree}' . | gzip -1 > x.tar.gz`),
    archive: () => stageBy(context, 'local', archive),
    raw: () => stageBy(context, 'raw', archive),
  })
  const speed = (of: readonly Sample[]) => spreadOf(of.map(({ ms }) => mib / (ms / 1_000)))
  const speeds = { unit: 'MiB/s', goal: { kind: 'at least', value: 0.9 } } as const
  return [
    {
      ...{ measure: `a tree of ${mib} MiB`, ...speeds, ours: speed(samples.tree), floor: speed(samples.tarGzip) },
      floorIs: '`tar | gzip -1` of the same tree into the same disk',
    },
    {
      ...{ measure: `an archive of ${mib} MiB`, ...speeds, ours: speed(samples.archive), floor: speed(samples.raw) },
      floorIs: 'the same archive into the same store as it is',
      note: 'MiB of what is in the archive; it is read, checked, hashed and packed anew',
    },
    memoryOf('the tree', samples.tree),
    memoryOf('the archive', samples.archive),
  ]
}

async function cloned(context: BenchContext, mib: number, rounds: number): Promise<Finding[]> {
  const server = await startGitServer()
  try {
    const files = Array.from({ length: (mib * mebibyte) / fileBytes }, (_, index) => ({
      name: `file-${index}`,
      content: contentOf(index),
    }))
    await server.createRepository('project', files)
    const url = `${server.url}/project`
    const samples = await inTurns(rounds, {
      ours: () => stageBy(context, 'git', url),
      floor: () => bare(context, `git clone -q --depth 1 '${url}' project`),
    })
    const times = (of: readonly Sample[]) => spreadOf(of.map(({ ms }) => ms))
    return [
      {
        ...{
          measure: `a repository of ${mib} MiB`,
          unit: 'ms',
          ours: times(samples.ours),
          floor: times(samples.floor),
        },
        floorIs: '`git clone --depth 1` of the same repository',
        note: 'ours also hashes, packs and stores it',
      },
      memoryOf('the repository', samples.ours),
    ]
  } finally {
    await server.close()
  }
}

function memoryOf(what: string, samples: readonly Sample[]): Finding {
  const ours = spreadOf(samples.map(({ addedBytes }) => addedBytes / mebibyte))
  return { measure: `memory for ${what}`, unit: 'MiB', ours, goal: { kind: 'at most', value: 64 } }
}

async function makeTree(folder: string, mib: number): Promise<void> {
  await mkdir(folder)
  await writeFile(join(folder, 'rai_build.yml'), 'rai: {version: 0.2, image: busybox}\n')
  const count = (mib * mebibyte) / fileBytes
  for (let index = 0; index < count; index += 1) await writeFile(join(folder, `file-${index}`), contentOf(index))
}

/** One half does not compress at all, the other as text does. */
function contentOf(index: number): Buffer {
  if (index % 2 === 0) return randomBytes(fileBytes)
  return Buffer.from(randomBytes(fileBytes / 2).toString('hex'))
}
