import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface SecretPlaces {
  /** What `-s` gave. */
  readonly flag?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

export interface FoundSecret {
  readonly secret: string
  /** `-s`, `RAI_SECRET` or the file's path: for messages. */
  readonly from: string
  /** Something an administrator should mend. */
  readonly notice?: string
}

/** The app secret from `-s`, then `RAI_SECRET`, then `~/.rai_secret`. Rejects when that file is there but unreadable. */
export async function findSecret({ flag, env, home }: SecretPlaces): Promise<FoundSecret | undefined> {
  if (flag) return { secret: flag, from: '-s' }
  const variable = env.RAI_SECRET
  if (variable) return { secret: variable, from: 'RAI_SECRET' }
  return fromFile(join(home, '.rai_secret'))
}

async function fromFile(file: string): Promise<FoundSecret | undefined> {
  const found = await stat(file).catch(absent)
  if (found === undefined) return undefined
  const secret = (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  if (secret === '') return undefined
  const open = (found.mode & 0o077) !== 0
  const notice = `${file} can be read by other users; \`chmod 600 ${file}\` ends that.`
  return { secret, from: file, ...(open && { notice }) }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
