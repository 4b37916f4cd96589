import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import {
  type OpenableRequest,
  openSource,
  type PreparedSource,
  type SourceOptions,
} from '../../../core/source/source.ts'
import type { RawEntry } from '../../support/archives.ts'

/** A folder that goes when the test is done. Others may pass through it, which git as another user needs. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-source-'))
  await chmod(folder, 0o711)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Lays files and links out in a new folder. */
export async function layOut(entries: readonly RawEntry[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const { name, content = '', mode = 0o644, target } of entries) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    if (target !== undefined) await symlink(target, path)
    else {
      await writeFile(path, content)
      await chmod(path, mode)
    }
  }
  return folder
}

/** Opens a source in a scratch folder of its own, and checks that nothing is left beside that. */
export async function openIn(
  request: OpenableRequest,
  options: Partial<SourceOptions> = {},
): Promise<PreparedSource & { scratch: string }> {
  const parent = await temporaryFolder()
  const scratch = join(parent, 'scratch')
  await mkdir(scratch, { mode: 0o711 })
  const source = await openSource(request, {
    limits: defaultSourceLimits,
    git: {},
    buildFileNames: ['rai_build.yml', 'rai-build.yml'],
    scratch,
    ...options,
  }).finally(async () => {
    const found = await readdir(parent)
    if (found.length !== 1) throw new Error(`left behind: ${found.join(', ')}`)
  })
  onTestFinished(() => source.close())
  return { ...source, scratch }
}

export async function openArchive(bytes: Uint8Array, options: Partial<SourceOptions> = {}) {
  const path = join(await temporaryFolder(), 'upload.bin')
  await writeFile(path, bytes)
  return openIn({ kind: 'local', path, host: 'here' }, options)
}

export async function openFolder(path: string, options: Partial<SourceOptions> = {}) {
  return openIn({ kind: 'local', path, host: 'here' }, options)
}

/** The code a source is refused with; fails when it is not refused. */
export async function refusalOf(opening: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await opening.then(
    () => new Error('not refused'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error) || !('code' in error) || error.name !== 'Refusal') throw error
  return { code: String(error.code), message: error.message }
}

/** The small project that all ways of submitting must agree on. */
export const project: readonly RawEntry[] = [
  { name: 'rai_build.yml', content: 'rai:\n  version: 0.2\n' },
  { name: 'Makefile', content: 'all:\n\techo hi\n' },
  { name: 'run.sh', content: '#!/bin/sh\n', mode: 0o755 },
  { name: 'src/main.c', content: 'int main(void) { return 0; }\n' },
  { name: 'src-old/grüße.txt', content: 'hallo\r\n' },
  { name: `deep/${'n'.repeat(120)}/file`, content: 'x'.repeat(5000) },
  { name: 'src/latest', target: '../Makefile', flag: '2' },
]
