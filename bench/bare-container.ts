import type { Duplex } from 'node:stream'
import Docker from 'dockerode'

export interface BareRun {
  readonly firstByteMs: number
  readonly totalMs: number
}

/** A client for the engine's socket, without anything of ours between. */
export function bareEngine(host: string): Docker {
  return new Docker({ socketPath: host.replace('unix://', '') })
}

/**
 * The floor: what anybody pays for one command in one container of its own: create, attach, start, wait, remove, in
 * the cheapest form there is, with none of the limits.
 */
export async function runBare(docker: Docker, image: string, command: readonly string[]): Promise<BareRun> {
  const started = performance.now()
  const container = await docker.createContainer({
    Image: image,
    Cmd: [...command],
    NetworkDisabled: true,
    HostConfig: { LogConfig: { Type: 'none', Config: {} } },
  })
  const stream = await container.attach({ stream: true, stdout: true, stderr: true })
  const firstByte = firstByteOf(stream)
  await container.start()
  await container.wait()
  const firstByteMs = (await firstByte) - started
  await container.remove({ force: true, v: true })
  return { firstByteMs, totalMs: performance.now() - started }
}

async function firstByteOf(stream: NodeJS.ReadWriteStream | Duplex): Promise<number> {
  return await new Promise((resolve, reject) => {
    stream.once('data', () => resolve(performance.now()))
    stream.once('end', () => reject(new Error('the bare container printed nothing')))
    stream.once('error', reject)
    stream.resume()
  })
}
