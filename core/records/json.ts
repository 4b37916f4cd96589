import { z } from 'zod'

/** What the records keep as JSON text. Readers accept what the release before wrote. */

const commandSchema = z.strictObject({
  text: z.string(),
  argv: z.tuple([z.string()], z.string()),
})

/** An image to build before the commands run; structurally `ImageBuild`. Never a password: see `docker.registry`. */
const imageBuildSchema = z.strictObject({
  name: z.string(),
  dockerfile: z.string(),
  noCache: z.boolean(),
  publish: z.string().exactOptional(),
})

/** The second phase of a graded run: see `Grading` in core/course. */
const gradingSchema = z.strictObject({
  image: z.string(),
  commands: z.array(commandSchema),
  /** The staff's files in the store: a gzipped tar. Never in a lifetime that expires, never linked to. */
  files: z.string().exactOptional(),
  artefacts: z.array(z.string()),
  timeMs: z.number().int().positive(),
})
export type GradingSpec = z.infer<typeof gradingSchema>

const timingSchema = z.strictObject({
  repetitions: z.number().int().positive(),
  take: z.enum(['minimum', 'median']),
  of: z.enum(['last-command', 'all-commands']),
})

/** Everything a worker must know to run a submission, decided when it was staged. */
const jobSpecSchema = z.strictObject({
  image: z.string(),
  buildImage: imageBuildSchema.exactOptional(),
  /** Empty only where an image is built. */
  commands: z.array(commandSchema),
  keepGoing: z.boolean(),
  /** Wall time in milliseconds, already within the course's limit. */
  timeMs: z.number().int().positive(),
  /** What `/build` may hold, in bytes, where the build file asks for less than the limit. */
  buildBytes: z.number().int().positive().exactOptional(),
  /** In bytes, where the assignment allows less than the installation. */
  memoryBytes: z.number().int().positive().exactOptional(),
  /** Whether it joins the installation's network, which leads nowhere else. */
  network: z.boolean().exactOptional(),
  /** The build file's name in the submission, or `default` where the course's own is used. */
  buildFile: z.string(),
  /** The beginning of a build file that the course enforces, for whoever wonders what ran. */
  shownBuildFile: z.string().exactOptional(),
  /** What the author should mend, as sentences. */
  warnings: z.array(z.string()),
  timing: timingSchema.exactOptional(),
  grading: gradingSchema.exactOptional(),
})
export type JobSpec = z.infer<typeof jobSpecSchema>

export const stagedSourceSchema = z.strictObject({
  /** Where the archive is in the store. */
  key: z.string(),
  /** SHA-256 of the uncompressed archive, hex. */
  treeHash: z.string(),
  /** Of the compressed archive. */
  bytes: z.number().int(),
  unpackedBytes: z.number().int(),
  entries: z.number().int(),
  leftOut: z.strictObject({ count: z.number().int(), examples: z.array(z.string()) }),
  commit: z.string().exactOptional(),
  job: jobSpecSchema,
})
export type StagedSource = z.infer<typeof stagedSourceSchema>

const commandResultSchema = z.strictObject({
  text: z.string(),
  exitCode: z.number().int().nullable(),
  signal: z.string().exactOptional(),
  durationMs: z.number(),
})

/** What the worker measured of a graded run; nothing a student printed. */
const measuredSchema = z.strictObject({
  /** Wall time of each repetition, in milliseconds. */
  timesMs: z.array(z.number()),
  /** The one that counts, by the assignment's rule. */
  takenMs: z.number(),
})

/** What the grading phase found: `/build/grade.json` of its own container, or else its exit code alone. */
const gradeSchema = z.strictObject({
  passed: z.boolean(),
  score: z.number().exactOptional(),
  /** One sentence for the student. */
  message: z.string().exactOptional(),
  /** Figures by name, for the staff's export. */
  values: z.record(z.string(), z.number()).exactOptional(),
})
export type Grade = z.infer<typeof gradeSchema>

const artefactSchema = z.strictObject({ key: z.string(), bytes: z.number().int() })

/** Whether a submission counts: `Standing` in core/course. */
export const standingSchema = z.strictObject({
  counts: z.boolean(),
  because: z.enum(['late', 'files', 'repeat']).exactOptional(),
  reason: z.string().exactOptional(),
  lateMs: z.number().exactOptional(),
  lateTokens: z.number().exactOptional(),
  acceptedBy: z.string().exactOptional(),
})

/** How a submission ended, committed together with its verdict. */
/** Where the first compiler or interpreter said the fault is: `FirstError` in core/log. */
const firstErrorSchema = z.strictObject({
  file: z.string(),
  line: z.number().int().exactOptional(),
  message: z.string(),
})

export const resultSchema = z.strictObject({
  /** What the person reads: the cause, the limit and the value found. */
  sentence: z.string(),
  /** A refusal's code, or `lost-worker`, `engine-failed`, … for failures of ours. */
  code: z.string().exactOptional(),
  /** What the logs know a failure of ours by. */
  errorId: z.string().exactOptional(),
  exitCode: z.number().int().exactOptional(),
  commands: z.array(commandResultSchema),
  durationMs: z.number(),
  peakMemoryBytes: z.number().exactOptional(),
  image: z.string().exactOptional(),
  imageDigest: z.string().exactOptional(),
  worker: z.string().exactOptional(),
  host: z.string().exactOptional(),
  /** What `/build` held. */
  build: artefactSchema.exactOptional(),
  /** The whole log. */
  log: artefactSchema.exactOptional(),
  /** The machine-readable report: `result.json`. */
  report: artefactSchema.exactOptional(),
  notices: z.array(z.string()),
  firstError: firstErrorSchema.exactOptional(),
  measured: measuredSchema.exactOptional(),
  grade: gradeSchema.exactOptional(),
  /** What the grading phase printed, for staff alone. */
  gradingLog: artefactSchema.exactOptional(),
})
export type Result = z.infer<typeof resultSchema>

/** A result of something that never ran. */
export function bareResult(sentence: string, code: string, errorId?: string): Result {
  return { sentence, code, commands: [], durationMs: 0, notices: [], ...(errorId === undefined ? {} : { errorId }) }
}
