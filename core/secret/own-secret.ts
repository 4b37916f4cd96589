import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The secret of an installation on one host that was given none: made on first use, kept in `<dataDir>/secret`,
 * readable by this user only. Two processes that start together get the same one.
 */
export async function ownSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secret')
  return (await existing(file)) ?? (await create(dataDir, file))
}

/** Written whole under another name first, so that nobody reads half of it. */
async function create(dataDir: string, file: string): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(temporary, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    await link(temporary, file).catch(unless('EEXIST'))
  } finally {
    await rm(temporary, { force: true })
  }
  return readFile(file, 'utf8')
}

async function existing(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(unless('ENOENT'))
}

function unless(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && error.code === code)) throw error
  }
}
