import type { Logger } from 'pino'
import type { Spread } from './spread.ts'

/** One row of the table. */
export interface Finding {
  /** What was measured: `event to verdict`. */
  readonly measure: string
  /** Of `ours` and `floor`: `ms`, `jobs/s`, `MB/s`, … */
  readonly unit: string
  readonly ours: Spread
  /** Measured in the same run, in turns with ours. */
  readonly floor?: Spread
  /** What `floor` is: `bare create+start+attach+wait+remove`. */
  readonly floorIs?: string
  /** Of the ratio of the medians, ours over the floor; of `ours` itself where there is no floor. */
  readonly goal?: Goal
  /** What a reader has to know. */
  readonly note?: string
}

export interface Goal {
  readonly kind: 'at most' | 'at least'
  readonly value: number
}

export interface BenchContext {
  /** Progress, for the person who waits. */
  readonly say: (line: string) => void
  /** Of the parts that are measured; errors only. */
  readonly log: Logger
  /** Rounds of each measurement, unless the bench knows better. */
  readonly rounds: number
  /** `quick`: in well under a minute, to see that it works. `full`: as large as the goals say, however long that takes. */
  readonly size: 'quick' | 'usual' | 'full'
  /** Also with PostgreSQL, where a database is measured. Debian, root: it is installed. */
  readonly postgres: boolean
  /** An empty folder, removed afterwards. */
  readonly folder: string
}

/** One question with figures for an answer. */
export interface Bench {
  /** As on the command line: `overhead`. */
  readonly name: string
  readonly title: string
  /** Starts what it needs and ends it again. */
  run(context: BenchContext): Promise<readonly Finding[]>
}
