import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { ownedByRoot } from '../result/owned-by-root.ts'
import { commandEnvironment } from './command-environment.ts'
import { type BuildSpace, makeBuildSpace } from './docker-build-space.ts'
import { collectBuild, toReadable } from './docker-collect.ts'
import { containerSpec, readyLine } from './docker-container.ts'
import { type Engine, statusOf } from './docker-engine.ts'
import { readFrames } from './docker-frames.ts'
import { type Image, resolveImage } from './docker-image.ts'
import { createDockerPlace } from './docker-place.ts'
import type { DockerSetup } from './docker-setup.ts'
import { labelsOf, nameOf } from './labels.ts'
import { findMemoryCgroup } from './memory-cgroup.ts'
import { unusableImage } from './refusals.ts'
import { createReleasers, type Releasers } from './releasers.ts'
import { runCommands } from './run-commands.ts'
import type { Sandbox, SandboxRequest } from './runner.ts'

interface Opening {
  readonly setup: DockerSetup
  readonly request: SandboxRequest
  readonly signal: AbortSignal
  readonly releasers: Releasers
}

/** Makes the container and fills `/src`, before any byte of the student's runs. */
export async function openDocker(setup: DockerSetup, request: SandboxRequest, signal: AbortSignal): Promise<Sandbox> {
  const releasers = createReleasers()
  try {
    return await assemble({ setup, request, signal, releasers })
  } catch (error) {
    // What cannot be removed now is the sweep's.
    await releasers.release().catch(() => {})
    throw error
  }
}

async function assemble(opening: Opening): Promise<Sandbox> {
  const { setup, request, signal, releasers } = opening
  const image = await resolveImage(setup.engine, request.image, signal)
  const space = await makeBuildSpace(setup, request, releasers)
  const container = await createContainer(opening, image, space)
  await fillSource(opening, container)
  await start(opening, container)
  const cgroup = await findCgroup(setup.engine, container)
  const exec = {
    user: `${setup.uid}:${setup.gid}`,
    environment: commandEnvironment(image.environment, request.environment),
    folder: '/build',
  }
  const place = createDockerPlace({
    engine: setup.engine,
    container,
    exec,
    ...(space.lowWater === undefined ? {} : { lowWater: space.lowWater }),
    ...(cgroup === undefined ? {} : { cgroup }),
  })
  return {
    imageDigest: image.id,
    run: (options) => runCommands(place, request.limits, options),
    collect: () => collectBuild(setup.engine, container),
    remove: () => releasers.release(),
  }
}

async function createContainer({ setup, request, signal, releasers }: Opening, image: Image, { build }: BuildSpace) {
  const { engine, uid, gid, runtime } = setup
  const labels = labelsOf(request, setup.owner, setup.labelPrefix)
  const name = `${setup.labelPrefix}-${nameOf(request)}`
  // By name and beforehand: an engine that answers too late has made it all the same.
  releasers.add(() => removeContainer(engine, name))
  const plan = {
    image,
    limits: request.limits,
    build,
    labels,
    name,
    uid,
    gid,
    ...(runtime === undefined ? {} : { runtime }),
  }
  const spec = containerSpec(plan)
  return await engine.call('create container', (abortSignal) => engine.api.createContainer({ ...spec, abortSignal }), {
    signal,
  })
}

/** Also what the container left: its anonymous volumes. Idempotent. */
export async function removeContainer(engine: Engine, nameOrId: string): Promise<void> {
  const container = engine.api.getContainer(nameOrId)
  try {
    await engine.call('remove container', (abortSignal) => container.remove({ force: true, v: true, abortSignal }))
  } catch (error) {
    if (statusOf(error) === 409) await awaitRemoval(engine, container)
    else if (statusOf(error) !== 404) throw error
  }
}

/** Somebody else, most likely a sweep, is at it already. */
async function awaitRemoval(engine: Engine, container: Docker.Container): Promise<void> {
  const wait = (abortSignal: AbortSignal) => container.wait({ condition: 'removed', abortSignal })
  await engine.call('wait for a removal', wait).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error
  })
}

const fillMs = 120_000

async function fillSource({ setup, request, signal }: Opening, container: Docker.Container): Promise<void> {
  const source = ownedByRoot(await request.source())
  try {
    const put = (abortSignal: AbortSignal) => container.putArchive(source, { path: '/src', abortSignal })
    await setup.engine.call('fill /src', put, { signal, limitMs: fillMs })
  } finally {
    source.destroy()
  }
}

/** PID 1 says that it stands; an image without a working shell ends instead. */
async function start({ setup, request, signal }: Opening, container: Docker.Container): Promise<void> {
  const { engine } = setup
  const attach = { stream: true, stdout: true, stderr: true }
  const output = await engine.call('attach', (abortSignal) => container.attach({ ...attach, abortSignal }), { signal })
  const stream = toReadable(output)
  try {
    await engine.call('start container', (abortSignal) => container.start({ abortSignal }), { signal })
    const said = await engine.call('wait for the container', () => readUntilReady(stream), { signal })
    if (!said.includes(readyLine)) throw unusableImage(request.image, said)
  } finally {
    stream.destroy()
  }
}

async function readUntilReady(stream: Readable): Promise<string> {
  let said = ''
  for await (const { bytes } of readFrames(stream)) {
    said += bytes.toString()
    if (said.includes(readyLine) || said.length > 4096) break
  }
  return said
}

async function findCgroup(engine: Engine, container: Docker.Container): Promise<string | undefined> {
  const { State } = await engine.call('inspect container', (abortSignal) => container.inspect({ abortSignal }))
  return await findMemoryCgroup(State.Pid, container.id)
}
