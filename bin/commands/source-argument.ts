import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { GitOptions } from '../../core/source/git-options.ts'
import { checkGitUrl } from '../../core/source/git-url.ts'
import type { OpenableRequest } from '../../core/source/source.ts'

export interface SourceArgument {
  readonly text: string
  readonly ref?: string | undefined
  readonly cwd: string
  readonly host: string
  readonly git: GitOptions
}

/** What somebody at this host's shell means: a path when there is one, else a repository. Throws a `Refusal`. */
export function sourceOf({ text, ref, cwd, host, git }: SourceArgument): OpenableRequest {
  const path = resolve(cwd, text)
  if (existsSync(path)) return { kind: 'local', path, host }
  const address = checkGitUrl(text, git)
  const wanted = ref ?? address.ref
  return {
    kind: 'git',
    url: address.url,
    ...(wanted === undefined ? {} : { ref: wanted }),
    ...(address.folder === undefined ? {} : { folder: address.folder }),
  }
}
