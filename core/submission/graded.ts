import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { readCommand } from '../buildfile/command.ts'
import type { Assignment, Grading } from '../course/assignment.ts'
import type { GradingSpec, JobSpec } from '../records/json.ts'
import { openSource, type SourceOptions } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import type { Artefacts } from './artefacts.ts'

export interface GradedOptions {
  readonly store: Store
  readonly artefacts: Artefacts
  readonly source: Pick<SourceOptions, 'limits' | 'git'>
  /** A folder that is removed afterwards. */
  readonly scratch: string
  readonly signal: AbortSignal
}

type GradedParts = Pick<JobSpec, 'timing' | 'grading'>

/**
 * What an assignment adds to a run: how it is timed, and the grading phase. The staff's files go to the store once for
 * each state of their folder, so that a submission is graded with what they were when it was staged.
 *
 * @param image What grades where the assignment names none. Never one that a team built.
 */
export async function gradedPartsOf(
  options: GradedOptions,
  { timing, grading }: Assignment,
  image: string | undefined,
): Promise<GradedParts> {
  return {
    ...(timing === undefined ? {} : { timing: { repetitions: timing.repetitions, take: timing.take, of: timing.of } }),
    ...(grading === undefined ? {} : { grading: await specOf(options, grading, image) }),
  }
}

async function specOf(options: GradedOptions, grading: Grading, image: string | undefined): Promise<GradingSpec> {
  const chosen = grading.image ?? image
  if (chosen === undefined) throw new Error('Neither the assignment nor its course names an image to grade in')
  return {
    image: chosen,
    commands: grading.commands.map(commandOf),
    artefacts: [...grading.artefacts],
    timeMs: grading.timeMs,
    ...(grading.files === undefined ? {} : { files: await keepFiles(options, grading.files) }),
  }
}

function commandOf(text: string): GradingSpec['commands'][number] {
  const { command, problems } = readCommand(text)
  if (command === undefined) throw new Error(`The grading command ${text} cannot be run: ${problems[0]?.problem}`)
  return { text: command.text, argv: [...command.argv] }
}

async function keepFiles({ store, artefacts, source, scratch, signal }: GradedOptions, path: string): Promise<string> {
  const folder = join(scratch, 'grading')
  await mkdir(folder)
  const files = await openSource(
    { kind: 'local', path, host: '' },
    { ...source, scratch: folder, buildFileNames: [], signal },
  )
  try {
    const key = artefacts.grading(files.treeHash)
    if ((await store.stat(key)) !== undefined) return key
    const gzip = createGzip()
    // A failure of either end destroys the other; `put` meets it.
    pipeline(files.tar(), gzip, () => undefined)
    await store.put(key, gzip, { contentType: 'application/gzip', lifetime: 'kept', signal })
    return key
  } finally {
    await files.close()
  }
}
