import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { Refusal } from '../../core/errors.ts'
import type { CommandContext } from '../commands/request.ts'
import { plainLine } from '../render/clean.ts'

export interface LocalSourceOptions {
  /** This host: only its stager can read the folder. */
  readonly host: string
  /** What relative paths start from. */
  readonly folder: string
  /** Anything that is no path is for this one. */
  readonly otherwise: CommandContext['checkSource']
}

/**
 * Takes folders and archives of this host as sources, and leaves the rest to others. Only for people who sit at this
 * host: it reads what they may read.
 */
export function acceptLocalSources({ host, folder, otherwise }: LocalSourceOptions): CommandContext['checkSource'] {
  return async (text, options) => {
    const path = resolve(folder, text.replace(/^~(?=\/|$)/, homedir()))
    const looksLocal = /^[./~]/.test(text)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined && !looksLocal) return otherwise(text, options)
    if (found === undefined) throw noSuchPath(text)
    if (!found.isDirectory() && !found.isFile()) throw neitherFolderNorArchive(text)
    return { kind: 'local', path, host }
  }
}

function noSuchPath(text: string): Refusal {
  return new Refusal('no-such-path', `There is no folder or archive ${plainLine(text)} on this machine.`)
}

function neitherFolderNorArchive(text: string): Refusal {
  return new Refusal('no-source', `${plainLine(text)} is neither a folder nor an archive. Give one of these.`)
}
