import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { readCommand } from '../buildfile/command.ts'
import type { Grading, Timing } from '../course/assignment.ts'
import type { CourseFor } from '../course/for-assignment.ts'
import type { GradingSpec, JobSpec, StagedSource } from '../records/json.ts'
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

/**
 * Adds to a run what its assignment says: how it is timed, and the grading phase. The staff's files go to the store once
 * for each state of their folder. A repetition is graded as the assignment says now, not as it did then: that is how
 * staff repair a grading that was wrong.
 *
 * Where the assignment names no image, the course's grades: never one that a submission named or a team built.
 */
export async function addGradedParts(
  options: GradedOptions,
  { assignment, image }: CourseFor,
  source: StagedSource,
): Promise<StagedSource> {
  if (assignment === undefined) return source
  const { timing, grading } = assignment
  const { timing: _timing, grading: _grading, ...job } = source.job
  const parts = {
    ...(timing === undefined ? {} : { timing: timingOf(timing) }),
    ...(grading === undefined ? {} : { grading: await specOf(options, grading, image) }),
  }
  return { ...source, job: { ...job, ...parts } }
}

function timingOf({ repetitions, take, of }: Timing): NonNullable<JobSpec['timing']> {
  return { repetitions, take, of }
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
