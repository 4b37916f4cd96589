import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { BuildFileLimits, BuildFileProblem } from '../buildfile/build-file.ts'
import { buildFileNames } from '../buildfile/names.ts'
import { needsOf } from '../buildfile/needs.ts'
import { type ParsedBuildFile, parseBuildFile } from '../buildfile/parse.ts'
import type { Course, Courses } from '../course/course.ts'
import { imageBuildOf } from '../images/built-name.ts'
import { allowListOf } from '../images/course-images.ts'
import type { JobSpec, StagedSource } from '../records/json.ts'
import type { Lookup } from '../records/lookup.ts'
import type { Submission } from '../records/submission.ts'
import { openSource, type PreparedSource, type SourceOptions } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import type { Artefacts } from './artefacts.ts'
import { noBuildFile, noImage, nothingToRunHere, sourceExpired } from './refusals.ts'
import type { Staged, StagerOptions } from './stager.ts'

export interface StageOptions {
  readonly store: Store
  readonly lookup: Lookup
  readonly artefacts: Artefacts
  readonly courses: Courses
  /** `client.build_file`. */
  readonly buildFile: string
  readonly buildFileLimits: BuildFileLimits
  /** The queue for an architecture: `rai_arm64`. */
  readonly queueFor: (architecture: string) => string
  readonly source: Pick<SourceOptions, 'limits' | 'git' | 'openAttachment'>
}

/** What `createStager` calls for each submission. */
export function createStage(options: StageOptions): StagerOptions['stage'] {
  return async (submission, work) => {
    const course = options.courses.byName(submission.course)
    if (course === undefined) throw new Error(`Course ${submission.course} is not configured any more`)
    if (submission.source.kind === 'rerun') return stageAgain(options, submission, submission.source.submission)
    const buildFileNamesHere = buildFileNames(options.buildFile)
    const source = await openSource(submission.source, {
      ...options.source,
      ...work,
      buildFileNames: buildFileNamesHere,
    })
    try {
      return await stageNew(options, { submission, course, source, signal: work.signal })
    } finally {
      await source.close()
    }
  }
}

/** A repetition runs the very archive of the first one, by the build file as it was read then. */
async function stageAgain({ store, lookup }: StageOptions, submission: Submission, first: string): Promise<Staged> {
  const original = await lookup.byId(first)
  const staged = original?.staged
  if (original === undefined || staged === undefined || (await store.stat(staged.key)) === undefined) {
    throw sourceExpired(first)
  }
  return { source: staged, needs: original.needs, queue: submission.queue }
}

interface Staging {
  readonly submission: Submission
  readonly course: Course
  readonly source: PreparedSource
  readonly signal: AbortSignal
}

async function stageNew(options: StageOptions, { submission, course, source, signal }: Staging): Promise<Staged> {
  const read = readBuildFile(options, course, source)
  const job = jobOf(course, submission, read)
  const key = options.artefacts.source(submission.id)
  const gzip = createGzip({ level: 1 })
  // A failure of either end destroys the other; `put` meets it.
  pipeline(source.tar(), gzip, () => undefined)
  const { bytes } = await options.store.put(key, gzip, {
    contentType: 'application/gzip',
    lifetime: 'expiring',
    signal,
  })
  const needs = needsOf(read.parsed.buildFile.resources)
  return {
    source: { ...receiptOf(source), key, bytes, job },
    needs,
    queue: queueOf(options, submission, course, needs.architecture),
  }
}

/** Option first, then the build file, then the course. */
function queueOf({ queueFor }: StageOptions, { queue }: Submission, course: Course, architecture?: string): string {
  return architecture === undefined || queue !== course.queue ? queue : queueFor(architecture)
}

function receiptOf({
  treeHash,
  bytes,
  entries,
  leftOut,
  commit,
}: PreparedSource): Omit<StagedSource, 'key' | 'bytes' | 'job'> {
  return {
    treeHash,
    unpackedBytes: bytes,
    entries,
    leftOut: { count: leftOut.count, examples: [...leftOut.examples] },
    ...(commit === undefined ? {} : { commit }),
  }
}

interface ReadBuildFile {
  readonly name: string
  /** Whether `commands.build_image` has an effect here. */
  readonly buildsImages: boolean
  readonly parsed: ParsedBuildFile
}

function readBuildFile(options: StageOptions, course: Course, source: PreparedSource): ReadBuildFile {
  const file = source.buildFile ?? defaultOf(course)
  if (file === undefined) throw noBuildFile(buildFileNames(options.buildFile)[0] ?? options.buildFile)
  const limits = { ...options.buildFileLimits, timeMs: course.timeMs }
  const parsed = parseBuildFile(file.text, { fileName: file.name, limits })
  return { name: file.name, buildsImages: limits.buildImage, parsed }
}

function defaultOf({ defaultBuildFile }: Course) {
  return defaultBuildFile === undefined ? undefined : { name: "the course's build file", text: defaultBuildFile }
}

function jobOf(course: Course, submission: Submission, read: ReadBuildFile): JobSpec {
  const { name, buildsImages, parsed } = read
  const { buildFile, warnings } = parsed
  if (buildFile.commands.length === 0 && !buildsImages) throw nothingToRunHere(name)
  const { timeMs = course.timeMs, dataBytes } = buildFile.resources
  return {
    ...imageOf(course, submission, read),
    commands: buildFile.commands.map(({ text, argv }) => ({ text, argv: [...argv] })),
    keepGoing: course.keepGoing,
    timeMs,
    ...(dataBytes === undefined ? {} : { buildBytes: dataBytes }),
    buildFile: name,
    warnings: warnings.map(asSentence),
  }
}

/** One that is built has its name already, so that the thread can show it. */
function imageOf(course: Course, submission: Submission, read: ReadBuildFile): Pick<JobSpec, 'image' | 'buildImage'> {
  const { buildFile } = read.parsed
  if (read.buildsImages && buildFile.buildImage !== undefined) {
    const buildImage = imageBuildOf(buildFile.buildImage, submission, course.registry)
    return { image: buildImage.name, buildImage }
  }
  const image = buildFile.image ?? course.image
  if (image === undefined) throw noImage(read.name)
  return { image: allowListOf(course).check(image, submission) }
}

function asSentence({ line, problem, hint }: BuildFileProblem): string {
  return `Line ${line}: ${problem}${hint === undefined ? '' : ` ${hint}`}`
}
