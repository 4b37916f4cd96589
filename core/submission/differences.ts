import type { Submission } from '../records/submission.ts'

/** How a value is meant: milliseconds, bytes, a hash that is shown short, text, a plain number. */
export type ValueKind = 'duration' | 'bytes' | 'hash' | 'text' | 'number'

export interface Difference {
  readonly aspect: Aspect
  readonly kind: ValueKind
  /** Absent where that run has no such thing. */
  readonly before?: string | number
  readonly after?: string | number
}

export interface Comparison {
  /** What the run was given. */
  readonly changed: readonly Difference[]
  /** Aspects of what it was given that both have and that are the same. */
  readonly same: readonly Aspect[]
  /** What came of it; listed whether or not it is the same. */
  readonly outcome: readonly Difference[]
}

interface Reading {
  readonly aspect: string
  readonly kind: ValueKind
  readonly read: (submission: Submission) => string | number | undefined
}

const given = [
  { aspect: 'code', kind: 'hash', read: ({ staged }) => staged?.treeHash },
  { aspect: 'commit', kind: 'hash', read: ({ staged }) => staged?.commit },
  { aspect: 'build file', kind: 'text', read: ({ staged }) => staged?.job.buildFile },
  { aspect: 'commands', kind: 'text', read: ({ staged }) => staged?.job.commands.map(({ text }) => text).join(' ; ') },
  { aspect: 'image', kind: 'text', read: ({ staged, result }) => result?.image ?? staged?.job.image },
  { aspect: 'image digest', kind: 'hash', read: ({ result }) => result?.imageDigest?.replace(/^.*sha256:/, '') },
  { aspect: 'time limit', kind: 'duration', read: ({ staged }) => staged?.job.timeMs },
  { aspect: 'build folder limit', kind: 'bytes', read: ({ staged }) => staged?.job.buildBytes },
  { aspect: 'device', kind: 'text', read: deviceOf },
  { aspect: 'host', kind: 'text', read: ({ result }) => result?.host },
  { aspect: 'queue', kind: 'text', read: ({ queue }) => queue },
] as const satisfies readonly Reading[]

const came = [
  { aspect: 'verdict', kind: 'text', read: ({ verdict }) => verdict },
  { aspect: 'exit code', kind: 'number', read: ({ result }) => result?.exitCode },
  { aspect: 'measured time', kind: 'duration', read: ({ result }) => result?.measured?.takenMs },
  { aspect: 'score', kind: 'number', read: ({ result }) => result?.grade?.score },
  { aspect: 'run time', kind: 'duration', read: ({ result }) => result?.durationMs || undefined },
  { aspect: 'peak memory', kind: 'bytes', read: ({ result }) => result?.peakMemoryBytes },
] as const satisfies readonly Reading[]

export type Aspect = (typeof given)[number]['aspect'] | (typeof came)[number]['aspect']

/** What is different between two runs, and what came of it. Pure; the order of what it lists never changes. */
export function compareRuns(before: Submission, after: Submission): Comparison {
  const inputs = given.flatMap((reading) => differenceOf(reading, before, after))
  return {
    changed: inputs.filter((one) => one.before !== one.after),
    same: inputs.filter((one) => one.before === one.after).map(({ aspect }) => aspect),
    outcome: came.flatMap((reading) => differenceOf(reading, before, after)),
  }
}

function differenceOf(reading: Reading & { aspect: Aspect }, before: Submission, after: Submission): Difference[] {
  const { aspect, kind, read } = reading
  const [old, young] = [read(before), read(after)]
  if (old === undefined && young === undefined) return []
  return [
    { aspect, kind, ...(old === undefined ? {} : { before: old }), ...(young === undefined ? {} : { after: young }) },
  ]
}

/** What of a machine the run asked for. */
function deviceOf({ needs }: Submission): string {
  const gpus = needs.gpus === undefined || needs.gpus === 0 ? undefined : `${needs.gpus} GPU`
  return [needs.architecture ?? 'any CPU', gpus, needs.gpuArchitecture].filter((part) => part !== undefined).join(', ')
}
