import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { ownedByRoot } from '../result/owned-by-root.ts'
import { commandEnvironment } from './command-environment.ts'
import { makeBuildSpace } from './docker-build-space.ts'
import { collectBuild, toReadable } from './docker-collect.ts'
import { readyLine } from './docker-container.ts'
import { createContainer, type Opening } from './docker-create.ts'
import type { Engine } from './docker-engine.ts'
import { readFrames } from './docker-frames.ts'
import type { Image } from './docker-image.ts'
import { createDockerPlace } from './docker-place.ts'
import { findMemoryCgroup } from './memory-cgroup.ts'
import { unusableImage } from './refusals.ts'
import { runCommands } from './run-commands.ts'
import type { Sandbox } from './runner.ts'

/** A container that needs nothing of this host: filled through the engine's API, its commands run by exec. */
export async function openExec(opening: Opening, image: Image): Promise<Sandbox> {
  const { setup, request, releasers } = opening
  const space = await makeBuildSpace(opening)
  const container = await createContainer(opening, image, { build: space.build })
  await fillSource(opening, container)
  await start(opening, container)
  const cgroup = await findCgroup(setup.engine, container)
  const exec = {
    user: `${setup.uid}:${setup.gid}`,
    environment: commandEnvironment(image.environment, { ...opening.gpus.environment, ...request.environment }),
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
