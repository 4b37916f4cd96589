import type { ThreadVisibility } from './course.ts'

/** What a course hands out and takes in: `assignments` of course.yml. Times are milliseconds since the epoch. */
export interface Assignment {
  /** Lower-case, as a person types it: `final`. */
  readonly name: string
  readonly title: string
  /** Nothing is taken before. */
  readonly opensAt?: number
  /** What is submitted later is late. Judged by the platform's time of the submission. */
  readonly dueAt?: number
  /** Absent: nothing that is late counts. */
  readonly late?: LatePolicy
  /** All of them must have a token left. */
  readonly quotas: readonly Quota[]
  readonly buildFile?: AssignedBuildFile
  /** Paths that a submission must contain to count. */
  readonly requiredFiles: readonly string[]
  readonly image?: string
  /** Globs, instead of the course's. */
  readonly allowedImages?: readonly string[]
  readonly limits: AssignmentLimits
  /** Instead of the course's. */
  readonly queue?: string
  readonly visibility?: ThreadVisibility
  /** Whose repositories are whose, instead of the course's. */
  readonly repository?: string
  readonly timing?: Timing
  readonly grading?: Grading
  readonly ranking?: RankingRule
}

export interface LatePolicy {
  /** How long after the deadline nobody is late yet. */
  readonly graceMs: number
  /** Nothing counts after. */
  readonly untilAt?: number
  /** What a late day costs, in percent of the points; shown and exported, never computed into anybody's grade here. */
  readonly percentPerDay: number
  /** Whether a late day is paid with one of the late tokens that the course gives each team or person. */
  readonly tokens: boolean
}

/** A token bucket. */
export interface Quota {
  readonly per: 'person' | 'team'
  /** How many may be submitted at once. */
  readonly size: number
  /** One comes back each so many milliseconds. */
  readonly refillMs: number
}

export interface AssignedBuildFile {
  /** As course.yml names it. */
  readonly name: string
  readonly text: string
  /** The submission's own is ignored, and the person is told. Else this one fills in where there is none. */
  readonly enforced: boolean
}

/** Absent: the course's. */
export interface AssignmentLimits {
  readonly timeMs?: number
  readonly memoryBytes?: number
  readonly buildBytes?: number
  readonly gpus?: number
}

/** How a graded run is measured. The times are the worker's own. */
export interface Timing {
  readonly repetitions: number
  readonly take: 'minimum' | 'median'
  /** What a repetition's time is: that of its last command, so that compiling does not count, or that of all. */
  readonly of: 'last-command' | 'all-commands'
  /** Nothing else runs on the host meanwhile. */
  readonly exclusiveHost: boolean
}

/**
 * The second phase of a graded run: a fresh container that holds the staff's files and, read-only, those artefacts of
 * `/build` that are declared here. Never the student's code in a position to run before it.
 */
export interface Grading {
  /** Absent: the image of the first phase, where that is not the team's own. */
  readonly image?: string
  readonly commands: readonly string[]
  /** The staff's folder, absolute, on the hosts that stage. */
  readonly files?: string
  /** Globs below `/build`. */
  readonly artefacts: readonly string[]
  readonly timeMs: number
}

export interface RankingRule {
  /** `time`: what `timing` measured. `score`: what the grading phase wrote. */
  readonly metric: 'time' | 'score'
  readonly order: 'ascending' | 'descending'
  /** Which of somebody's counted runs stands for them. */
  readonly of: 'best' | 'latest'
  /** Least score that a run needs to be on the board at all. */
  readonly validScore?: number
  /** From then until the deadline the board shows what it was. */
  readonly frozenAt?: number
  readonly pseudonyms: boolean
}

/** Whether a submission counts for its assignment, decided when it was received and kept with it. */
export interface Standing {
  readonly counts: boolean
  /** Why it does not: too late, without a file that is required, or a person's own repetition of a run. */
  readonly because?: 'late' | 'files' | 'repeat'
  /** A sentence: why it does not count, or what it costs. */
  readonly reason?: string
  readonly lateMs?: number
  readonly lateTokens?: number
  /** Who of the staff accepted it although it was late. */
  readonly acceptedBy?: string
}
