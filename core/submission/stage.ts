import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { BuildFileLimits, BuildFileProblem } from '../buildfile/build-file.ts'
import { buildFileNames } from '../buildfile/names.ts'
import { needsOf } from '../buildfile/needs.ts'
import { type ParsedBuildFile, parseBuildFile } from '../buildfile/parse.ts'
import type { Course, Courses } from '../course/course.ts'
import { type CourseFor, courseOfSubmission } from '../course/for-assignment.ts'
import { type Allowance, allowanceOf } from '../directory/allowance.ts'
import type { Directory, Standing } from '../directory/directory.ts'
import { imageBuildOf } from '../images/built-name.ts'
import { allowListOf } from '../images/course-images.ts'
import type { JobSpec, StagedSource } from '../records/json.ts'
import type { Submission } from '../records/submission.ts'
import type { SubmitterCredentials } from '../repository/credentials.ts'
import type { GitOptions } from '../source/git-options.ts'
import { type OpenableRequest, openSource, type PreparedSource, type SourceOptions } from '../source/source.ts'
import type { Needs } from '../vocabulary.ts'
import type { Artefacts } from './artefacts.ts'
import { boundsFor, type ChosenBuildFile, chooseBuildFile, shownBuildFile, standingWith } from './assigned.ts'
import { addGradedParts } from './graded.ts'
import { checkReachable } from './reachable.ts'
import {
  architectureNotYours,
  noBuildFile,
  noImage,
  noSuchWorker,
  nothingToRunHere,
  requiredFilesMissing,
  tooManyGpus,
  tooManyGpusFor,
} from './refusals.ts'
import { type StageAgainOptions, stageAgain } from './stage-again.ts'
import type { Staged, StagerOptions, Staging as Work } from './stager.ts'

export interface StageOptions extends StageAgainOptions {
  readonly artefacts: Artefacts
  readonly courses: Courses
  /** What the person may have. */
  readonly directory: Pick<Directory, 'standing'>
  /** `client.build_file`. */
  readonly buildFile: string
  readonly buildFileLimits: BuildFileLimits
  /** The queue for an architecture: `rai_arm64`. */
  readonly queueFor: (architecture: string) => string
  /** The queues that workers serve. What fits none of them would wait for ever. */
  readonly queues: readonly string[]
  /** Paths that every submission must contain. */
  readonly requiredFiles: readonly string[]
  readonly source: Pick<SourceOptions, 'limits' | 'git' | 'openAttachment'>
  /** The course's, for private repositories of the submitter's own. */
  readonly credentials?: SubmitterCredentials
}

/** What `createStager` calls for each submission. */
export function createStage(options: StageOptions): StagerOptions['stage'] {
  return async (submission, work) => {
    const course = courseOfSubmission(options.courses, submission)
    if (course === undefined) throw new Error(`Course ${submission.course} is not configured any more`)
    const { source } = submission
    const staged =
      source.kind === 'rerun'
        ? await stageAgain(options, { submission, course }, source.submission)
        : await stageFirst(options, { submission, course }, source, work)
    return { ...staged, source: await addGradedParts({ ...options, ...work }, course, staged.source) }
  }
}

async function stageFirst(
  options: StageOptions,
  staging: Pick<Staging, 'submission' | 'course'>,
  request: OpenableRequest,
  work: Work,
): Promise<Staged> {
  const { submission, course } = staging
  const source = await openSource(request, {
    ...options.source,
    ...work,
    git: gitFor(options, submission, course),
    buildFileNames: buildFileNames(options.buildFile),
  })
  try {
    const standing = await options.directory.standing(submission.account, course.name)
    return await stageNew(options, { ...staging, standing, source, signal: work.signal })
  } finally {
    await source.close()
  }
}

/** Asked anew for each address that a repository leads to: what is not the submitter's own gets nothing. */
function gitFor({ source, credentials }: StageOptions, submission: Submission, course: Course): GitOptions {
  if (credentials === undefined) return source.git
  return { ...source.git, credentials: (url) => credentials(url, submission, course) }
}

interface Staging {
  readonly submission: Submission
  readonly course: CourseFor
  readonly standing: Standing
  readonly source: PreparedSource
  readonly signal: AbortSignal
}

async function stageNew(options: StageOptions, staging: Staging): Promise<Staged> {
  const { submission, course, standing, source, signal } = staging
  const allowance = allowanceOf(standing.rights, course, boundsFor(course, options.buildFileLimits))
  const read = readBuildFile(options, course, source, allowance)
  const needs = needsOf(read.parsed.buildFile.resources)
  const queue = queueOf(options, staging, needs)
  await checkReachable(options.fleet, queue, needs)
  checkRequired(options, source)
  const job = jobOf(options, course, submission, read)
  const key = options.artefacts.source(submission.id)
  const gzip = createGzip({ level: 1 })
  // A failure of either end destroys the other; `put` meets it.
  pipeline(source.tar(), gzip, () => undefined)
  const { bytes } = await options.store.put(key, gzip, {
    contentType: 'application/gzip',
    // What is handed in for an assignment is what somebody is graded on, long after the term.
    lifetime: submission.standing === undefined ? 'expiring' : 'kept',
    signal,
  })
  return {
    source: { ...receiptOf(source), key, bytes, job },
    needs,
    queue,
    ...standingWith(submission, course, source),
  }
}

function checkRequired({ requiredFiles }: StageOptions, { files }: PreparedSource): void {
  const missing = requiredFiles.filter((path) => !files.has(path))
  if (missing.length > 0) throw requiredFilesMissing(missing)
}

/** Option first, then the build file, then the course. Throws a `Refusal` where no worker would ever come. */
function queueOf(options: StageOptions, { submission, course, standing }: Staging, needs: Needs): string {
  const { queue } = submission
  const { role, rights } = standing
  const { architecture, gpus = 0 } = needs
  if (gpus > rights.gpus) throw tooManyGpus(gpus, rights.gpus, role)
  const { gpus: most = gpus } = course.assignment?.limits ?? {}
  if (gpus > most) throw tooManyGpusFor(gpus, most, course.assignment?.name ?? '')
  if (architecture === undefined || queue !== course.queue) return queue
  const wanted = options.queueFor(architecture)
  if (wanted !== queue && rights.queues === 'course') throw architectureNotYours(architecture, queue, role)
  if (!options.queues.includes(wanted))
    throw noSuchWorker(`the architecture ${architecture}`, 'resources.cpu.architecture')
  return wanted
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
  readonly file: ChosenBuildFile
  readonly allowance: Allowance
  /** Whether `commands.build_image` has an effect here. */
  readonly buildsImages: boolean
  readonly parsed: ParsedBuildFile
}

function readBuildFile(
  options: StageOptions,
  course: CourseFor,
  source: PreparedSource,
  allowance: Allowance,
): ReadBuildFile {
  const file = chooseBuildFile(course, source)
  if (file === undefined) throw noBuildFile(buildFileNames(options.buildFile)[0] ?? options.buildFile)
  const { timeMs, dataBytes, network } = allowance
  const limits = { ...options.buildFileLimits, timeMs, dataBytes, network }
  const parsed = parseBuildFile(file.text, { fileName: file.name, limits })
  return { file, allowance, buildsImages: limits.buildImage, parsed }
}

function jobOf(
  { buildFileLimits }: StageOptions,
  course: CourseFor,
  submission: Submission,
  read: ReadBuildFile,
): JobSpec {
  const { file, allowance, buildsImages, parsed } = read
  const { buildFile, warnings } = parsed
  if (buildFile.commands.length === 0 && !buildsImages) throw nothingToRunHere(file.name)
  const { memoryBytes } = course.assignment?.limits ?? {}
  const { timeMs = allowance.usualTimeMs, dataBytes = allowance.dataBytes } = buildFile.resources
  return {
    ...imageOf(course, submission, read),
    commands: buildFile.commands.map(({ text, argv }) => ({ text, argv: [...argv] })),
    keepGoing: course.keepGoing,
    timeMs,
    ...(dataBytes < buildFileLimits.dataBytes ? { buildBytes: dataBytes } : {}),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(buildFile.resources.network ? { network: true } : {}),
    buildFile: file.name,
    ...shownBuildFile(file),
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
  if (image === undefined) throw noImage(read.file.name)
  return { image: allowListOf(course).check(image, submission) }
}

function asSentence({ line, problem, hint }: BuildFileProblem): string {
  return `Line ${line}: ${problem}${hint === undefined ? '' : ` ${hint}`}`
}
