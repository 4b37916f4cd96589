import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { parseSize } from '../../core/config/size.ts'
import { Refusal } from '../../core/errors.ts'
import { canonicalImage } from '../../core/images/name.ts'
import { notAnImageName } from '../../core/images/refusals.ts'
import { openSource } from '../../core/source/source.ts'
import { everybody, type Images, type ImageWork } from '../../worker/images/images.ts'
import { chooseImages } from '../compose/choose.ts'
import { workerScratch } from '../compose/open-runner.ts'
import { gitOptionsOf, sourceLimitsOf } from '../compose/stager-role.ts'
import { listenForShutdown } from '../lifecycle.ts'
import { dockerHostOf } from './docker-host.ts'
import { globalOptions } from './global-options.ts'
import { imageLines } from './image-lines.ts'
import type { CommandIo } from './io.ts'
import { openLogger } from './start.ts'

/** Adds `image ls|pull|prune|build`: the images of this host, for who runs a worker here. */
export function addImageCommands(program: Command, io: CommandIo): void {
  const image = program.command('image').description("look after the images of this host's engine")
  image
    .command('ls')
    .description('list them, with their size, their last use and whose they are')
    .action(async (_given: unknown, command: Command) => {
      await withImages(command, io, async ({ images }) => {
        for (const line of imageLines(await images.list(), Date.now())) io.stdout.write(`${line}\n`)
      })
    })
  image
    .command('pull')
    .argument('<image...>')
    .description('fetch images before anybody waits for them')
    .action(async (names: unknown, _given: unknown, command: Command) => {
      await withImages(command, io, async ({ images, work }) => {
        for (const name of z.array(z.string()).parse(names)) {
          const held = await images.ensure(name, everybody, work)
          held.release()
          io.stdout.write(`${held.reference} is here.\n`)
        }
      })
    })
  addPrune(image, io)
  addBuild(image, io)
}

const pruneSchema = z.object({ to: z.string().optional() })

function addPrune(image: Command, io: CommandIo): void {
  image
    .command('prune')
    .option(
      '--to <size>',
      'what may stay, such as 5gb; 0 removes all that is not in use (default: docker.image_budget)',
    )
    .description('remove images that RAI fetched or built, the least recently used first')
    .action(async (given: unknown, command: Command) => {
      const { to } = pruneSchema.parse(given)
      const budget = to === undefined ? undefined : sizeOf(to)
      await withImages(command, io, async ({ images }) => {
        const removed = await images.prune(budget)
        for (const name of removed) io.stdout.write(`removed ${name}\n`)
        if (removed.length === 0) io.stdout.write('Nothing to remove.\n')
      })
    })
}

function sizeOf(text: string): number {
  const bytes = parseSize(text)
  if (bytes === undefined) throw new Refusal('bad-size', `--to must be a size such as 5gb, but is "${text}".`)
  return bytes
}

const buildSchema = z.object({ file: z.string(), cache: z.boolean() })

function addBuild(image: Command, io: CommandIo): void {
  image
    .command('build')
    .argument('<folder>')
    .argument('<name>', 'what to call it, such as course-base:2')
    .option('-f, --file <path>', 'the Dockerfile, inside the folder', 'Dockerfile')
    .option('--no-cache', 'make every step anew')
    .description('build an image for everybody, within the same limits as a submission')
    .action(async (folder: string, name: string, given: unknown, command: Command) => {
      const { file, cache } = buildSchema.parse(given)
      const full = canonicalImage(name)
      if (full === undefined || full.includes('@')) throw notAnImageName(name)
      await withImages(command, io, async (opened) => {
        await buildFolder(opened, resolve(io.cwd, folder), { name: full, dockerfile: file, noCache: !cache })
      })
    })
}

interface Opened {
  readonly config: Config
  readonly images: Images
  readonly work: ImageWork
}

async function buildFolder(
  { config, images, work }: Opened,
  path: string,
  build: { readonly name: string; readonly dockerfile: string; readonly noCache: boolean },
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'rai-image-build-'))
  try {
    const options = { limits: sourceLimitsOf(config), scratch, git: gitOptionsOf(config), buildFileNames: [] }
    const source = await openSource({ kind: 'local', path, host: '' }, { ...options, signal: work.signal })
    try {
      // Whoever may run this may pull anything anyway.
      const check = (image: string) => canonicalImage(image) ?? image
      const held = await images.build({ build, namespace: everybody, source: async () => source.tar(), check }, work)
      held.release()
    } finally {
      await source.close()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function withImages(command: Command, io: CommandIo, act: (opened: Opened) => Promise<void>): Promise<void> {
  const { config: file, secret } = globalOptions(command)
  const { config } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const { log, close } = openLogger(config, io, 'warn')
  const shutdown = listenForShutdown(() => undefined)
  try {
    const scratch = workerScratch({ config })
    const images = await chooseImages(config, { scratch, dockerHost: dockerHostOf(io.env), log })
    if (images === undefined) {
      const sentence = 'docker.runner is bubblewrap, which has no images. Set it to docker to look after them here.'
      throw new Refusal('no-images', sentence)
    }
    await act({ config, images, work: { report: reportTo(io), signal: shutdown.signal } })
  } finally {
    shutdown.close()
    await close()
  }
}

function reportTo({ stdout }: CommandIo): ImageWork['report'] {
  return {
    say: async (line) => {
      stdout.write(`${line}\n`)
    },
    print: async (bytes) => {
      stdout.write(bytes)
    },
  }
}
