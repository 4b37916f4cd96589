import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { ownedByRoot } from '../result/owned-by-root.ts'
import { allSettled } from './all-settled.ts'
import { type BuildDisk, createBuildDisk, makeMountPoint, removeBuildDisk } from './build-disk.ts'
import { commandEnvironment } from './command-environment.ts'
import { createAttachedPlace } from './docker-attached-place.ts'
import { createContainer, type Opening } from './docker-create.ts'
import { toProviderError } from './docker-engine.ts'
import type { Image } from './docker-image.ts'
import { type InitSession, openInitSession } from './init/session.ts'
import { watchLowWater } from './low-water.ts'
import { findContainerCgroup } from './memory-cgroup.ts'
import { packFolder } from './pack-folder.ts'
import { unusableImage } from './refusals.ts'
import { runCommands } from './run-commands.ts'
import type { Sandbox } from './runner.ts'
import { unpackTar } from './tar-program.ts'

export interface Hosting {
  /** PID 1's program. */
  readonly init: string
  readonly scratch: string
}

/**
 * A container whose `/src` and `/build` are this host's: they are made while the engine makes the container, and
 * `/build` is read here when nothing runs any more. The engine is asked to create, attach, start and remove, and for
 * nothing else.
 */
export async function openAttached(opening: Opening, image: Image, hosting: Hosting): Promise<Sandbox> {
  const { setup, request, releasers } = opening
  const made = await makeParts(opening, image, hosting)
  const lowWater = watchLowWater(() => made.disk.freeBytes())
  releasers.add(async () => lowWater.close())
  const environment = commandEnvironment(image.environment, { ...opening.gpus.environment, ...request.environment })
  const session = await startSession(opening, made.container)
  await checkShell(opening, session, environment)
  const cgroup = await findContainerCgroup(made.container.id)
  const place = createAttachedPlace({
    engine: setup.engine,
    ...{ container: made.container, session, environment, lowWater },
    ...(cgroup === undefined ? {} : { cgroup }),
  })
  return {
    imageDigest: image.id,
    run: (options) => runCommands(place, request.limits, options),
    collect: async () => packFolder(made.disk.path, 'docker'),
    remove: () => releasers.release(),
  }
}

interface Made {
  readonly container: Docker.Container
  readonly disk: BuildDisk
}

async function makeParts(opening: Opening, image: Image, { init, scratch }: Hosting): Promise<Made> {
  const { setup, request, name, releasers } = opening
  const folder = join(scratch, name)
  releasers.add(() => removing(folder))
  const { path, source } = await reporting('make the folders of a sandbox', async () => ({
    path: await makeMountPoint(folder),
    source: await makeSourceFolder(folder),
  }))
  const { uid, gid } = setup
  const [container, disk] = await allSettled([
    createContainer(opening, image, { build: { kind: 'folder', path }, hosted: { init, source } }),
    reporting('make the build disk', () => createBuildDisk({ folder, bytes: request.limits.buildBytes, uid, gid })),
    fillSource(opening, source),
  ])
  return { container, disk }
}

async function makeSourceFolder(folder: string): Promise<string> {
  const source = join(folder, 'src')
  await mkdir(source, { mode: 0o755 })
  return source
}

async function removing(folder: string): Promise<void> {
  await reporting('remove the folders of a sandbox', () => removeBuildDisk(folder))
}

const fillMs = 120_000

/** Nobody else can reach the folder yet. Links are made, never followed. */
async function fillSource({ request, signal }: Opening, folder: string): Promise<void> {
  const tar = ownedByRoot(await request.source())
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(fillMs)])
  try {
    await unpackTar(folder, tar, { provider: 'docker', signal: bounded })
  } catch (error) {
    signal.throwIfAborted()
    throw toProviderError('fill /src', error)
  } finally {
    tar.destroy()
  }
}

async function startSession({ setup, signal, releasers }: Opening, container: Docker.Container): Promise<InitSession> {
  const { engine } = setup
  const attach = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true }
  const stream = await engine.call('attach', (abortSignal) => container.attach({ ...attach, abortSignal }), { signal })
  if (!(stream instanceof Duplex)) throw toProviderError('attach', new Error('the stream goes one way only'))
  const session = openInitSession(stream)
  releasers.add(async () => session.close())
  await engine.call('start container', (abortSignal) => container.start({ abortSignal }), { signal })
  await engine.call('wait for the container', () => session.ready, { signal })
  return session
}

/** Commands are given to a shell, so an image without one can run none. */
async function checkShell({ setup, request, signal }: Opening, session: InitSession, environment: readonly string[]) {
  const ask = () => session.run(['/bin/sh', '-c', ':'], environment, () => {})
  const ending = await setup.engine.call('try the shell', ask, { signal })
  if (ending.kind === 'not-started') throw unusableImage(request.image, `errno ${ending.errno}`)
  if (ending.code !== 0) throw unusableImage(request.image, `/bin/sh ended with exit code ${ending.code}`)
}

async function reporting<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toProviderError(operation, error)
  }
}
