import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBubblewrapRunner } from '../../../worker/runner/bubblewrap.ts'
import { createDockerRunner, type DockerRunnerOptions } from '../../../worker/runner/docker.ts'
import { gpuParts } from '../../../worker/runner/docker-gpus.ts'
import { requestFor } from '../../contracts/runner-requests.ts'

const uuid = 'GPU-5e1c0000-0000-0000-0000-000000000001'
const other = 'GPU-5e1c0000-0000-0000-0000-000000000002'
const never = new AbortController().signal

async function folderOf(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** As the driver of two GPUs describes them, the second one first. */
async function makeDriver(): Promise<string> {
  const driver = await folderOf('rai-driver-')
  for (const [name, id, minor] of [
    ['0000:01:00.0', other, 0],
    ['0000:02:00.0', uuid, 1],
  ] as const) {
    await mkdir(join(driver, name))
    const text = `Model: \t\t NVIDIA A40\nGPU UUID: \t ${id}\nDevice Minor: \t ${minor}\nGPU Excluded:\t No\n`
    await writeFile(join(driver, name, 'information'), text)
  }
  return driver
}

/** An engine that takes down what it is asked to create, and then fails. */
async function recordingEngine() {
  const socket = join(await folderOf('rai-engine-'), 'docker.sock')
  const asked: unknown[] = []
  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const path = request.url ?? ''
    if (path.includes('/containers/create')) {
      asked.push(await json(request))
      return [500, { message: 'could not select device driver "nvidia" with capabilities: [[gpu]]' }]
    }
    if (path.includes('/images/')) return [200, { Id: 'sha256:1', Config: { Env: ['NVIDIA_VISIBLE_DEVICES=all'] } }]
    return [request.method === 'DELETE' ? 404 : 200, { message: 'no such container' }]
  }
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => response.writeHead(status).end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  return { host: `unix://${socket}`, asked }
}

async function createRequest(options: Partial<DockerRunnerOptions>) {
  const engine = await recordingEngine()
  const scratch = await folderOf('rai-gpus-')
  const runner = createDockerRunner({ docker: { host: engine.host }, scratch, build: 'memory', ...options })
  const opening = runner.open(requestFor('course:1', { gpus: { devices: [uuid] } }), never)
  await expect(opening).rejects.toMatchObject({ name: 'ProviderError' })
  return engine.asked
}

// What follows a create request needs a GPU, and has never run on one.
describe('a run with GPUs', () => {
  it('asks the engine for exactly these', async () => {
    const [spec] = await createRequest({ gpus: { kind: 'engine' } })
    expect(spec).toMatchObject({
      Env: ['NVIDIA_VISIBLE_DEVICES'],
      HostConfig: {
        CapDrop: ['ALL'],
        DeviceRequests: [{ Driver: 'nvidia', DeviceIDs: [uuid], Capabilities: [['gpu', 'compute', 'utility']] }],
      },
    })
  })

  it('gets the nodes of exactly these and the driver, read-only, where a folder holds it', async () => {
    const driver = await makeDriver()
    const parts = await gpuParts({ kind: 'volume', libraries: '/opt/driver' }, { devices: [uuid] }, driver)
    const nodes = ['/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia1']
    expect(parts.host.Devices).toEqual(
      nodes.map((path) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' })),
    )
    expect(parts.mounts).toMatchObject([{ Source: '/opt/driver', Target: '/usr/local/nvidia', ReadOnly: true }])
    expect(parts.environment).toEqual({ LD_LIBRARY_PATH: '/usr/local/nvidia/lib64:/usr/local/nvidia/lib' })
  })

  it('is not begun on a host whose driver does not have one of them', async () => {
    const driver = await makeDriver()
    const parts = gpuParts({ kind: 'volume', libraries: '/opt/driver' }, { devices: [uuid, 'GPU-gone'] }, driver)
    await expect(parts).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
  })

  it('reaches no engine where no way in is configured', async () => {
    expect(await createRequest({})).toEqual([])
  })

  it('is refused by bubblewrap', async () => {
    const runner = createBubblewrapRunner({ scratch: await folderOf('rai-gpus-') })
    const opening = runner.open(requestFor('any', { gpus: { devices: [uuid] } }), never)
    await expect(opening).rejects.toMatchObject({ name: 'Refusal', code: 'no-gpu' })
  })
})

describe('a run without GPUs', () => {
  it('asks for none', async () => {
    expect(await gpuParts({ kind: 'engine' }, undefined)).toEqual({ host: {}, mounts: [], environment: {} })
  })
})
