import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { ProviderError } from '../../core/errors.ts'
import { downloadPackages } from './apt.ts'
import { canInstall, type Say } from './packages.ts'
import { composeRootfs } from './rootfs.ts'

/** An image that RAI makes from Debian's packages, or takes from a registry where it cannot. */
export interface ImageRecipe {
  /** With its tag. */
  readonly name: string
  /** A new one makes the image anew. */
  readonly version: string
  /** For the person who waits: `the course image rai/course:local (gcc, make)`. */
  readonly title: string
  /** Debian's packages; what they depend on comes along. */
  readonly packages: readonly string[]
  /** What else the image needs: from a path without its leading `/` to a target. Gets the folder with the packages. */
  readonly links: (folder: string) => Promise<Readonly<Record<string, string>>>
  /** What is pulled and given the name where this machine is not Debian with root. */
  readonly instead: string
}

const versionLabel = 'rai.image.version'
const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const shell = [
  'base-files',
  'bash',
  'coreutils',
  'dash',
  'diffutils',
  'findutils',
  'grep',
  'gzip',
  'mawk',
  'sed',
  'tar',
]

/** What Debian's packages leave to `update-alternatives`. */
const alternatives = { 'usr/bin/cc': 'gcc', 'usr/bin/awk': 'mawk', 'usr/bin/which': 'which.debianutils' }

/** Small and quick to make: for the demo. */
export const courseImage: ImageRecipe = {
  name: 'rai/course:local',
  version: '1-c',
  title: 'the course image rai/course:local (gcc, make)',
  packages: [...shell, 'gcc', 'libc6-dev', 'make'],
  links: async () => alternatives,
  instead: 'gcc:13',
}

/** What a course starts from: under a name of its own, so that the demo's does not replace it. */
export const fullCourseImage: ImageRecipe = {
  ...courseImage,
  name: 'rai/course:full',
  version: '1-full',
  title: 'the course image rai/course:full (gcc, g++, make, cmake, python3)',
  packages: [...courseImage.packages, 'cmake', 'g++', 'git', 'patch', 'python3', 'xz-utils'],
  links: async () => ({ ...alternatives, 'usr/bin/c++': 'g++' }),
}

/** One static program with a shell and a hundred commands: 2 MB, for the tests. */
export const busyboxImage: ImageRecipe = {
  name: 'rai-test/busybox:latest',
  version: '1',
  title: 'the test image rai-test/busybox',
  packages: ['busybox-static'],
  links: appletLinks,
  instead: 'busybox:stable',
}

export async function ensureBusyboxImage(docker: Docker, say: Say = () => {}): Promise<void> {
  await ensureImage(docker, busyboxImage, say)
}

export async function ensureCourseImage(docker: Docker, say: Say): Promise<void> {
  await ensureImage(docker, courseImage, say)
}

/**
 * Sees to it that the engine has this image in this version, and says what it does for it. One look at the engine
 * when it is there already. Rejects with a `ProviderError`.
 */
export async function ensureImage(docker: Docker, recipe: ImageRecipe, say: Say): Promise<void> {
  const found = await versionOf(docker, recipe.name)
  if (found === recipe.version || (found !== undefined && !canInstall())) return
  if (canInstall()) await makeImage(docker, recipe, say)
  else await pullInstead(docker, recipe, say)
}

/** `undefined` when there is no such image; empty when it is not one that we made. */
async function versionOf(docker: Docker, name: string): Promise<string | undefined> {
  try {
    const { Config } = await docker.getImage(name).inspect()
    return Config.Labels?.[versionLabel] ?? ''
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
    throw new ProviderError({ provider: 'docker', operation: `look for image ${name}`, retryable: true, cause: error })
  }
}

async function makeImage(docker: Docker, recipe: ImageRecipe, say: Say): Promise<void> {
  say(`Making ${recipe.title} from Debian's packages…`)
  const started = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'rai-image-'))
  try {
    await downloadPackages(recipe.packages, folder, say)
    const links = await recipe.links(folder)
    await importImage(docker, recipe, composeRootfs({ debs: debsIn(folder), links }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  say(`Made ${recipe.name} in ${Math.round((performance.now() - started) / 100) / 10} s.`)
}

async function importImage(docker: Docker, { name, version }: ImageRecipe, tar: Readable): Promise<void> {
  const changes = [`LABEL ${versionLabel}=${version}`, `ENV ${searchPath}`, 'CMD ["/bin/sh"]']
  try {
    const failed = new Promise<never>((_, reject) => tar.once('error', reject))
    await Promise.race([failed, finished(docker, await docker.importImage(tar, { ...partsOf(name), changes }))])
  } catch (error) {
    throw new ProviderError({ provider: 'docker', operation: `import image ${name}`, retryable: true, cause: error })
  }
}

async function pullInstead(docker: Docker, { name, title, instead }: ImageRecipe, say: Say): Promise<void> {
  say(`Pulling ${instead} as ${name}: ${title} can be made only on Debian as root…`)
  try {
    await finished(docker, await docker.pull(instead))
    await docker.getImage(instead).tag(partsOf(name))
  } catch (error) {
    throw new ProviderError({ provider: 'docker', operation: `pull image ${instead}`, retryable: true, cause: error })
  }
}

function partsOf(name: string): { readonly repo: string; readonly tag: string } {
  const [repo = name, tag = 'latest'] = name.split(':')
  return { repo, tag }
}

async function finished(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()))
  })
}

/** Asks the program itself which commands it can be. */
async function appletLinks(folder: string): Promise<Readonly<Record<string, string>>> {
  const [deb] = debsIn(folder)
  await execa('dpkg-deb', ['--extract', deb ?? '', join(folder, 'tree')])
  const { stdout } = await execa(join(folder, 'tree/bin/busybox'), ['--list'])
  const applets = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')
  return Object.fromEntries(applets.map((name) => [`usr/bin/${name}`, 'busybox']))
}

function debsIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.deb'))
  return names.sort().map((name) => join(folder, name))
}
