import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type LoadedConfig, type LoadOptions, loadConfig } from '../../../core/config/load.ts'
import { ConfigError, messageOf } from '../../../core/errors.ts'

export interface Folders {
  readonly home: string
  readonly cwd: string
}

/** An empty home and an empty working folder, gone after the test. */
export async function emptyFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'rai-config-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const folders = { home: join(root, 'home'), cwd: join(root, 'work') }
  await mkdir(folders.home)
  await mkdir(folders.cwd)
  return folders
}

/** Writes `~/.rai_config.yml`, private, and loads it. */
export async function loadText(text: string | Buffer, options: Partial<LoadOptions> = {}): Promise<LoadedConfig> {
  const folders = await emptyFolders()
  await writeFile(join(folders.home, '.rai_config.yml'), text, { mode: 0o600 })
  return loadConfig({ env: {}, ...folders, ...options })
}

/** The problems of a configuration as an administrator reads them, with the folder's name left out. */
export async function problemsOf(text: string | Buffer, options: Partial<LoadOptions> = {}): Promise<string[]> {
  const error: unknown = await loadText(text, options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError, but: ${messageOf(error)}`)
  return error.message.split('\n').map((line) => line.replace(/^\S*\/\.rai_config\.yml/, 'FILE'))
}

/** The notices, with the folder's name left out. */
export async function noticesOf(text: string, options: Partial<LoadOptions> = {}): Promise<string[]> {
  const { notices } = await loadText(text, options)
  return notices.map((notice) => notice.replaceAll(/\S*\/\.rai_config\.yml/g, 'FILE'))
}
