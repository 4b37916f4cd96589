import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import { allRuns } from '../ranking/load.ts'
import type { Records } from '../records/records.ts'
import type { RunFilter } from '../records/run-list.ts'
import type { Store } from '../store/store.ts'
import { gradingLogName, objectsOf } from './objects.ts'

export interface ArchiveOptions {
  readonly records: Pick<Records, 'runList'>
  readonly store: Pick<Store, 'get' | 'stat'>
  /** Whose runs: usually of one team, or of one person without one. */
  readonly filter: RunFilter
}

/**
 * Sources and results of runs as one tar: `<id>/source.tar.gz`, `<id>/build.tar.gz`, `<id>/log.txt`, … One object at a
 * time, in the memory of a few chunks. What the store no longer has is left out, and what grading printed: the archive may
 * be handed to the team. Destroying the stream ends it.
 */
export function openArchive(options: ArchiveOptions): Readable {
  const tar = pack()
  fill(tar, options).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return Readable.from(tar)
}

async function fill(tar: ReturnType<typeof pack>, { records, store, filter }: ArchiveOptions): Promise<void> {
  for await (const run of allRuns(records, filter)) {
    for (const { key, name } of [...objectsOf(run, 'source'), ...objectsOf(run, 'result')]) {
      if (tar.destroyed) return
      if (name === gradingLogName) continue
      const known = await store.stat(key)
      const body = known === undefined ? undefined : await store.get(key)
      if (known === undefined || body === undefined) continue
      const entry = tar.entry({ name: `${run.id}/${name}`, size: known.bytes, mtime: new Date(run.submittedAt) })
      await pipeline(body, entry)
    }
  }
}

/** A part of a file's name: what stands in a team's name may be anything. */
export function fileNamePart(text: string): string {
  const safe = text
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80)
  return safe === '' ? 'unnamed' : safe
}
