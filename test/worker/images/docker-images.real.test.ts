import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { dockerClient } from '../../../bin/machine/engine-probe.ts'
import { ensurePackages } from '../../../bin/machine/packages.ts'
import type { Refusal } from '../../../core/errors.ts'
import { createDockerImages, type DockerImagesOptions } from '../../../worker/images/docker-images.ts'
import type { BuildRequest } from '../../../worker/images/images.ts'
import { silent } from '../../support/embedded.ts'
import { testImage } from '../../support/images.ts'
import { service } from '../../support/service.ts'
import { type RegistryService, registryPackages, startRegistry } from '../../support/services/registry.ts'
import { until } from '../../support/until.ts'

const mebibyte = 1024 * 1024
const namespace = `rai/test${process.pid}/team-rocket`
const other = `rai/test${process.pid}/team-snail`

let registry: RegistryService
let docker: Docker
let folder: string
let made: string[]
let lines: string[]
let printed: string

beforeAll(async () => {
  await ensurePackages(registryPackages, () => {})
  registry = await startRegistry()
  docker = dockerClient(service('docker').host)
})

afterAll(async () => {
  await registry?.stop()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-images-'))
  made = []
  lines = []
  printed = ''
})

afterEach(async () => {
  for (const image of made)
    await docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => undefined)
  await rm(folder, { recursive: true })
})

const buildLimits = {
  timeMs: 60_000,
  memoryBytes: 64 * mebibyte,
  cpus: 1,
  pids: 100,
  bytes: 50 * mebibyte,
  network: false,
  outputBytes: mebibyte,
  measureMs: 100,
}

function createImages(changes: Partial<DockerImagesOptions> = {}) {
  return createDockerImages({
    docker: { host: service('docker').host },
    ledger: join(folder, 'images'),
    pull: 'missing',
    pullLimitMs: 60_000,
    progressMs: 0,
    pinned: [],
    budget: 1e12,
    build: buildLimits,
    registry: { address: registry.host, username: registry.username, password: registry.password },
    log: silent,
    ...changes,
  })
}

function work(signal: AbortSignal = new AbortController().signal) {
  const say = async (line: string) => {
    lines.push(line)
  }
  const print = async (bytes: Buffer) => {
    printed += bytes.toString()
  }
  return { report: { say, print }, signal }
}

function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Readable> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content)
  tar.finalize()
  return Promise.resolve(Readable.from(tar))
}

function request(dockerfile: string, changes: Partial<BuildRequest['build']> = {}): BuildRequest {
  const name = `${namespace}/app-${randomBytes(3).toString('hex')}:v1`
  made.push(name)
  return {
    build: { name, dockerfile: 'docker/Dockerfile', noCache: true, ...changes },
    namespace,
    source: () => tarOf({ 'docker/Dockerfile': dockerfile, 'hello.txt': 'hello from the project\n' }),
    check: (image) => image,
  }
}

/** An image that only the registry has, of a few layers. */
async function published(files: Readonly<Record<string, string | Buffer>> = {}): Promise<string> {
  const name = `course-${randomBytes(4).toString('hex')}`
  const image = `${registry.host}/${name}:1`
  made.push(image)
  const random = randomBytes(mebibyte)
  const context = await tarOf({
    Dockerfile: `FROM ${testImage}\nCOPY data /data\nCOPY . /all\n`,
    data: random,
    ...files,
  })
  await drained(await docker.buildImage(context, { t: image, forcerm: true }))
  const { username, password } = registry
  await drained(
    await docker
      .getImage(`${registry.host}/${name}`)
      .push({ tag: '1', authconfig: { username, password, serveraddress: registry.host } }),
  )
  await docker.getImage(image).remove()
  return image
}

async function drained(stream: NodeJS.ReadableStream): Promise<void> {
  const events: { error?: string }[] = await new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output ?? [])))
  })
  const failed = events.find(({ error }) => error !== undefined)
  if (failed !== undefined) throw new Error(failed.error)
}

async function has(image: string): Promise<boolean> {
  return await docker
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    )
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const refusal = await promise.then(
    () => expect.unreachable(),
    (error: Refusal) => error,
  )
  return refusal.code ?? refusal.message
}

it('pulls what is missing, with progress, and then has it', async () => {
  const image = await published()
  const images = createImages()
  const held = await images.ensure(image, namespace, work())
  expect(held.reference).toBe(image)
  expect(await has(image)).toBe(true)
  expect(lines[0]).toBe(`Pulling ${image}…`)
  expect(lines.some((line) => /: \d of \d layers, .* of .*B$/.test(line))).toBe(true)
  expect(lines.at(-1)).toMatch(/^Pulled .* in \d/)
  lines = []
  await images.ensure(image, namespace, work())
  expect(lines).toEqual([])
})

it('shares one pull between everybody who wants the image, and tells them all', async () => {
  const image = await published()
  const images = createImages()
  const before = countOf(registry.requests(), image)
  const leaving = new AbortController()
  const [first, second, third] = [
    images.ensure(image, namespace, work(leaving.signal)),
    images.ensure(image, other, work()),
    images.ensure(image, other, work()),
  ]
  leaving.abort(new Error('cancelled'))
  await expect(first).rejects.toThrow('cancelled')
  await Promise.all([second, third])
  expect(lines.filter((line) => line.startsWith('Pulled '))).toHaveLength(2)
  expect(countOf(registry.requests(), image) - before).toBeLessThanOrEqual(1)
})

function countOf(requests: string, image: string): number {
  const path = image.split('/')[1]?.replace(':', '/manifests/') ?? ''
  return requests.split('\n').filter((line) => line.includes('"GET') && line.includes(`/${path} `)).length
}

it('refuses a tag that no registry has, in a sentence', async () => {
  const images = createImages()
  const missing = images.ensure(`${registry.host}/nothing:here`, namespace, work())
  await expect(missing).rejects.toMatchObject({ code: 'unknown-image' })
  await expect(missing).rejects.toThrow(/nothing:here" cannot be had: no registry/)
})

it('refuses to pull where that is switched off', async () => {
  const images = createImages({ pull: 'never' })
  expect(await codeOf(images.ensure(`${registry.host}/nothing:here`, namespace, work()))).toBe('unknown-image')
})

it('counts a registry that does not answer as a failure of ours, after the time limit', async () => {
  const image = await published()
  registry.pause()
  try {
    const pull = createImages({ pullLimitMs: 500 }).ensure(image, namespace, work())
    await expect(pull).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
  } finally {
    registry.resume()
  }
})

it('counts a registry that is not there as a failure of ours', async () => {
  const pull = createImages({ registry: { address: '127.0.0.1:1' } }).ensure('127.0.0.1:1/a:1', namespace, work())
  await expect(pull).rejects.toMatchObject({ name: 'ProviderError' })
})

it('builds from the submission, labels the image as the team’s, and shows what the build printed', async () => {
  const wanted = request(
    `FROM ${testImage}\nCOPY hello.txt /\nRUN cat /hello.txt; ls /sys/class/net\nLABEL rai.image.namespace=${other}\n`,
  )
  const images = createImages()
  const held = await images.build(wanted, work())
  expect(held.reference).toMatch(/^sha256:[0-9a-f]{64}$/)
  const { Id, Config } = await docker.getImage(wanted.build.name).inspect()
  expect(Id).toBe(held.reference)
  expect(Config.Labels['rai.image.namespace']).toBe(namespace)
  expect(printed).toContain('hello from the project')
  // No network but its own loopback.
  expect(printed).not.toContain('eth0')
  expect(lines[0]).toBe(`Building ${wanted.build.name} from docker/Dockerfile…`)
  expect(lines.at(-1)).toMatch(/^Built .* in \d/)
})

it('refuses a Dockerfile that builds on what is not allowed, before the engine sees it', async () => {
  const refused = { ...request('FROM evil'), check: () => expect.unreachable() }
  const refusal = createImages().build(
    {
      ...refused,
      check: () => {
        throw new Error('no')
      },
    },
    work(),
  )
  await expect(refusal).rejects.toThrow('no')
  expect(lines).toEqual([])
})

it('refuses a Dockerfile that is not there, or is a link to another', async () => {
  const images = createImages()
  expect(await codeOf(images.build({ ...request(''), source: () => tarOf({ x: '' }) }, work()))).toBe('no-dockerfile')
  const linked = async () => {
    const tar = pack()
    tar.entry({ name: 'docker/Dockerfile', type: 'symlink', linkname: '../other' })
    tar.entry({ name: 'other' }, 'FROM evil')
    tar.finalize()
    return Readable.from(tar)
  }
  expect(await codeOf(images.build({ ...request(''), source: linked }, work()))).toBe('no-dockerfile')
})

it('says which step of a build failed, and leaves nothing behind', async () => {
  const before = await imagesAndContainers()
  const wanted = request(`FROM ${testImage}\nRUN echo ${randomBytes(4).toString('hex')} > /made\nRUN echo no; exit 3\n`)
  const failing = createImages().build(wanted, work())
  await expect(failing).rejects.toMatchObject({ code: 'image-build-failed' })
  await expect(failing).rejects.toThrow(/exit 3' returned a non-zero code: 3/)
  expect(printed).toContain('no\n')
  expect(await imagesAndContainers()).toEqual(before)
})

async function imagesAndContainers() {
  const [images, containers] = await Promise.all([
    docker.listImages({ all: true }),
    docker.listContainers({ all: true }),
  ])
  return { images: images.map(({ Id }) => Id).sort(), containers: containers.length }
}

it('stops a build at its time limit, and its container with it', async () => {
  const limits = { ...buildLimits, timeMs: 1500 }
  const wanted = request(`FROM ${testImage}\nRUN sleep 1000\n`)
  await expect(createImages({ build: limits }).build(wanted, work())).rejects.toMatchObject({
    code: 'image-build-timed-out',
  })
  await until(async () =>
    (await docker.listContainers({ filters: { ancestor: [testImage] } })).every(
      ({ Command }) => !Command.includes('sleep 1000'),
    )
      ? true
      : undefined,
  )
})

it('stops a build whose steps write more than the limit', async () => {
  const wanted = request(
    `FROM ${testImage}\nRUN for i in 1 2 3 4; do dd if=/dev/zero of=/f$i bs=1M count=20 2>/dev/null; done; sleep 60\n`,
  )
  const building = createImages().build(wanted, work())
  await expect(building).rejects.toMatchObject({ code: 'image-too-large' })
  expect(await has(wanted.build.name)).toBe(false)
})

it('ends a build that needs more memory than it may', async () => {
  const wanted = request(`FROM ${testImage}\nRUN dd if=/dev/zero of=/dev/null bs=200M count=1\n`)
  expect(await codeOf(createImages().build(wanted, work()))).toBe('image-build-failed')
})

it('lets no step of a build fill the host with processes', async () => {
  const wanted = request(`FROM ${testImage}\nRUN sleep 1; for i in $(seq 1 200); do sleep 3 & done; echo all of them\n`)
  expect(await codeOf(createImages().build(wanted, work()))).toBe('image-build-failed')
  expect(printed).toContain("can't fork")
})

it('publishes below the configured registry, and the password is nowhere in what it says', async () => {
  const wanted = request(`FROM ${testImage}\nRUN env; cat /proc/self/environ\n`)
  const publish = wanted.build.name
  const images = createImages()
  const held = await images.build({ ...wanted, build: { ...wanted.build, publish } }, work())
  held.release()
  await docker.getImage(wanted.build.name).remove()
  expect(lines.at(-1)).toBe(`Published ${registry.host}/${publish}.`)
  expect(lines.join('\n') + printed).not.toContain(registry.password)
  expect(JSON.stringify(await docker.getImage(testImage).history())).not.toContain(registry.password)
  // Another machine has it from there, by its own name.
  const again = await createImages({ ledger: join(folder, 'elsewhere') }).ensure(publish, namespace, work())
  expect(again.reference).toBe(publish)
  made.push(`${registry.host}/${publish}`)
})

it('says so without the password when the registry refuses it', async () => {
  const wanted = request(`FROM ${testImage}\nRUN true\n`)
  const address = registry.host
  const images = createImages({ registry: { address, username: 'rai', password: 'a-wrong-password' } })
  const publishing = images.build({ ...wanted, build: { ...wanted.build, publish: wanted.build.name } }, work())
  await expect(publishing).rejects.toMatchObject({ name: 'ProviderError', provider: 'registry' })
  await expect(publishing).rejects.not.toThrow('a-wrong-password')
})

it('never gives one team the image of another, by whichever name', async () => {
  const wanted = request(`FROM ${testImage}\nRUN true\n`)
  const images = createImages()
  const held = await images.build(wanted, work())
  expect(await codeOf(images.ensure(wanted.build.name, other, work()))).toBe('private-image')
  const alias = `alias-${randomBytes(3).toString('hex')}`
  await docker.getImage(held.reference).tag({ repo: alias, tag: 'latest' })
  made.push(alias)
  expect(await codeOf(images.ensure(alias, other, work()))).toBe('private-image')
  expect((await images.ensure(alias, namespace, work())).reference).toBe(`${alias}:latest`)
  // An id, or the start of one, is only ever read as a name.
  const id = held.reference.slice('sha256:'.length, 'sha256:'.length + 12)
  await expect(images.ensure(id, other, work())).rejects.not.toMatchObject({ reference: id })
})

it('removes the least recently used, and never what is pinned, held by any worker, used by a container, or somebody else’s', async () => {
  const five = await Promise.all([published(), published(), published(), published(), published()])
  const [oldest, pinned, held, running, newest] = five
  const images = createImages({ pinned: [pinned] })
  for (const image of [oldest, pinned, held, running]) (await images.ensure(image, namespace, work())).release()
  const holding = await images.ensure(held, namespace, work())
  const container = await docker.createContainer({ Image: running, Cmd: ['true'] })
  try {
    ;(await images.ensure(newest, namespace, work())).release()
    const size = (await images.list()).find(({ names }) => names.includes(newest))?.bytes ?? 0
    expect(await images.prune(size * 4.5)).toEqual([oldest])
    // Another worker of this host.
    expect(await createImages({ pinned: [pinned] }).prune(0)).toEqual([newest])
    expect(await Promise.all([pinned, held, running, testImage].map(has))).toEqual([true, true, true, true])
    holding.release()
    expect(await images.prune(0)).toEqual([held])
  } finally {
    await container.remove({ force: true })
  }
  expect(await images.prune(0)).toEqual([running])
})

it('makes room by itself when a pull exceeds the budget', async () => {
  const [first, second] = await Promise.all([published(), published()])
  const images = createImages({ budget: 1 })
  ;(await images.ensure(first, namespace, work())).release()
  await images.ensure(second, namespace, work())
  expect(await Promise.all([first, second].map(has))).toEqual([false, true])
})

it('fetches the pinned images at start, and goes on where one cannot be had', async () => {
  const image = await published()
  await createImages({ pinned: [`${registry.host}/nothing:1`, image] }).prepare(new AbortController().signal)
  expect(await has(image)).toBe(true)
})
