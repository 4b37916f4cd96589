import { readFile } from 'node:fs/promises'
import { ConfigError, messageOf } from '../../core/errors.ts'

/** The text of a file that the configuration names. Rejects with a `ConfigError` that names the key. */
export async function readNamed(key: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigError([{ key, problem: `${path} cannot be read (${messageOf(error)})` }])
  }
}
