import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { Refusal } from '../../core/errors.ts'
import type { SourceRequest } from '../../core/vocabulary.ts'
import { plainLine } from '../render/clean.ts'

type SourceOf<Kind extends SourceRequest['kind']> = Extract<SourceRequest, { kind: Kind }>
type Check<Request> = (text: string, options: { readonly ref?: string }) => Promise<Request>

export interface LocalSourceOptions<Other> {
  /** This host: only its stager can read the folder. */
  readonly host: string
  /** What relative paths start from. */
  readonly folder: string
  /** Anything that is no path is for this one. */
  readonly otherwise: (text: string, options: { readonly ref?: string }) => Other
}

/**
 * Takes folders and archives of this host as sources, and leaves the rest to others. Only for people who sit at this
 * host: it reads what they may read.
 */
export function acceptLocalSources<Other>({
  host,
  folder,
  otherwise,
}: LocalSourceOptions<Other>): Check<SourceOf<'local'> | Other> {
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
