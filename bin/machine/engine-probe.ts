import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { execa } from 'execa'
import { z } from 'zod'

/** Where the packages of every Linux distribution put it. */
export const systemSocket = '/var/run/docker.sock'

/** What of an engine's own description we look at. */
const versionSchema = z.object({ Version: z.string(), Components: z.array(z.object({ Name: z.string() })).optional() })

/**
 * A client for `unix:///…`, or for `DOCKER_HOST` of whatever kind, with the certificates that Docker's own variables
 * name. `timeout` in milliseconds bounds each request.
 */
export function dockerClient(host: string, timeout?: number): Docker {
  const bound = timeout === undefined ? {} : { timeout }
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length), ...bound })
  if (host === process.env.DOCKER_HOST) return new Docker(bound)
  const { hostname, port, protocol } = new URL(host)
  return new Docker({ host: hostname, port, protocol: protocol === 'https:' ? 'https' : 'http', ...bound })
}

/** Whether a Docker engine answers there within three seconds. Podman's imitation loses facts we need: not counted. */
export async function answers(host: string): Promise<boolean> {
  if (host.startsWith('unix://') && !existsSync(host.slice('unix://'.length))) return false
  try {
    const { Components = [] } = versionSchema.parse(await dockerClient(host, 3_000).version())
    return !Components.some(({ Name }) => Name.toLowerCase().includes('podman'))
  } catch {
    return false
  }
}

/** The first of this machine's usual places at which an engine answers. `DOCKER_HOST` is not one of them. */
export async function findEngine(): Promise<string | undefined> {
  if (await answers(`unix://${systemSocket}`)) return `unix://${systemSocket}`
  const others = [
    join(homedir(), '.docker/run/docker.sock'),
    join(process.env.XDG_RUNTIME_DIR ?? '/run', 'docker.sock'),
  ]
  for (const host of [await contextHost(), ...others.map((path) => `unix://${path}`)]) {
    if (host?.startsWith('unix://') && (await answers(host))) return host
  }
  return undefined
}

/** What `docker context use` chose: Docker Desktop, colima and rootless engines say it there. */
async function contextHost(): Promise<string | undefined> {
  const words = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const { stdout, failed } = await execa('docker', words, { reject: false, timeout: 3_000, stdin: 'ignore' })
  return failed || stdout === '' ? undefined : stdout
}
