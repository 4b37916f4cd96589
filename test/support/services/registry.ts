import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { WantedPackage } from '../../../bin/machine/packages.ts'
import { freePort, startChild, waitUntil } from './children.ts'

export interface RegistryService {
  /** `127.0.0.1:port`, as it stands in front of an image's name. Engines speak plain HTTP with loopback. */
  readonly host: string
  /** Everybody has to say them. */
  readonly username: string
  readonly password: string
  /** Every request so far, as the registry logged it. */
  requests(): string
  /** Freezes it: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

export const registryPackages: readonly WantedPackage[] = [
  { package: 'docker-registry', provides: 'docker-registry', why: 'test pulling and publishing on a real registry' },
]

/** Made with `htpasswd -nbB`: a registry takes nothing but bcrypt, which Node does not have. */
const login = {
  username: 'rai',
  password: 'registry-password-7c1f',
  line: 'rai:$2y$04$hqIy6tT/D93zqdUC4B/44uvDQWspOrd8a0bKGntnzD5.LHrntTECG\n',
}

/** A real registry on a free port of loopback, with a user and a password, in a temporary folder. */
export async function startRegistry(): Promise<RegistryService> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const passwords = join(folder, 'htpasswd')
  const settings = join(folder, 'config.yml')
  await writeFile(passwords, login.line, { mode: 0o600 })
  await writeFile(settings, stringify(settingsOf(host, folder, passwords)))
  const child = startChild('docker-registry', ['serve', settings])
  try {
    await waitUntil(child, () => answers(host), 20_000)
  } catch (error) {
    await child.kill()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return {
    host,
    username: login.username,
    password: login.password,
    requests: () => child.output(),
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    async stop() {
      await child.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function settingsOf(addr: string, folder: string, passwords: string) {
  return {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr },
    auth: { htpasswd: { realm: 'rai', path: passwords } },
  }
}

/** 401 is an answer: it wants the password. */
async function answers(host: string): Promise<boolean> {
  const { status } = await fetch(`http://${host}/v2/`)
  return status === 401
}
