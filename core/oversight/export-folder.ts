import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Course } from '../course/course.ts'
import { allRuns } from '../ranking/load.ts'
import type { Records } from '../records/records.ts'
import type { RunFilter } from '../records/run-list.ts'
import type { Store } from '../store/store.ts'
import { fileNamePart, openArchive } from './export-archive.ts'
import { exportCsv } from './export-csv.ts'

export interface FolderExport {
  readonly records: Records
  readonly store: Pick<Store, 'get' | 'stat'>
  readonly course: Course
  readonly assignment: string | undefined
  /** Made when it is missing. */
  readonly folder: string
  /** Told after each file that is there. */
  readonly onFile: (path: string) => void
}

/**
 * `runs.csv`, and `<team>.tar` for each team and each person without one: everything they handed in, and what came of it.
 * One object at a time. A file that is there is written anew.
 */
export async function exportToFolder({
  records,
  store,
  course,
  assignment,
  folder,
  onFile,
}: FolderExport): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const write = async (name: string, body: Readable) => {
    const path = join(folder, name)
    await pipeline(body, createWriteStream(path, { mode: 0o600 }))
    onFile(path)
  }
  await write('runs.csv', Readable.from(exportCsv(records, course, assignment)))
  const filter = { course: course.name, ...(assignment === undefined ? {} : { assignment }) }
  const taken = new Set<string>()
  for (const [name, narrowed] of await partiesOf(records, filter)) {
    await write(`${unused(fileNamePart(name), taken)}.tar`, openArchive({ records, store, filter: narrowed }))
  }
}

/** Every team, and every person who submitted something without one. */
async function partiesOf(records: Records, filter: RunFilter): Promise<[string, RunFilter][]> {
  const teams = new Set<string>()
  const people = new Set<string>()
  for await (const { team, account } of allRuns(records, filter)) {
    if (team === undefined) people.add(account)
    else teams.add(team)
  }
  const named = await Promise.all(
    [...people].map(async (account): Promise<[string, RunFilter]> => {
      const username = (await records.people.byId(account))?.username ?? account
      return [username, { ...filter, account, withoutTeam: true }]
    }),
  )
  return [...[...teams].map((team): [string, RunFilter] => [team, { ...filter, team }]), ...named]
}

/** Two names may look the same once they are file names. */
function unused(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${name}-${n}`
  taken.add(free.toLowerCase())
  return free
}
