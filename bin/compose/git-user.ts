import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { GitOptions } from '../../core/source/git-options.ts'

/** `nobody` and `nogroup` of every Linux. */
const nobody = { uid: 65_534, gid: 65_534 }
const othersMayPass = 0o001

/**
 * Whom git runs as: it reads what strangers' servers send, so where this process is root it becomes nobody, provided
 * that nobody can reach the folder it works in.
 */
export async function gitUser(scratch: string, log: Logger): Promise<Pick<GitOptions, 'uid' | 'gid'>> {
  if (process.getuid?.() !== 0) return {}
  const closed = await firstClosed(scratch)
  if (closed === undefined) return nobody
  log.warn(
    `git runs as root, because nobody else can enter ${closed}; set app.tempdir to a folder that others can enter`,
  )
  return {}
}

async function firstClosed(folder: string): Promise<string | undefined> {
  const { mode } = await stat(folder)
  if ((mode & othersMayPass) === 0) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : firstClosed(parent)
}
