import type { Submission } from '../../core/records/submission.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import type { RawEntry } from '../support/archives.ts'
import type { GitServer } from '../support/git-http.ts'

/** How a submission has to end. Everything that is named must hold, and a verdict is always named. */
export interface ExpectedEnding {
  readonly verdict: Verdict
  /** Of the refusal: `unsafe-name`, … */
  readonly code?: string
  /** A part of the sentence that the person reads. */
  readonly sentence?: string | RegExp
  /** What the stored log has to hold, or must not hold. */
  readonly log?: RegExp
  readonly notInLog?: RegExp
  /** Names in the archive of results, each with what it is: `file`, `link`, `symlink → target`. */
  readonly results?: Readonly<Record<string, string>>
}

/** The answer in the channel, where nothing is received at all. */
export interface ExpectedAnswer {
  readonly answer: string | RegExp
}

/** What cases make their attack of. */
export interface Arsenal {
  /** The installation's own parts, as an attacker knows them who has read everything. */
  readonly secrets: { readonly redis: string; readonly engine: string; readonly home: string }
  readonly git: GitServer
  /** Lays these files out, and answers the path to submit. */
  folder(files: Readonly<Record<string, string>>): Promise<string>
  archive(name: string, bytes: Uint8Array): Promise<string>
  /** Makes a repository of these files and answers its address. */
  repository(files: readonly RawEntry[]): Promise<string>
}

/** One attack: what is typed behind `/rai submit`, and what has to come of it. */
export interface HostileCase {
  readonly name: string
  /** The one of its class that runs with every test run: quick and telling. */
  readonly always?: true
  attack(arsenal: Arsenal): Promise<string>
  readonly expected: ExpectedEnding | ExpectedAnswer
  /** Anything else that must hold afterwards. */
  readonly also?: (submission: Submission, arsenal: Arsenal) => Promise<void>
}

/** What is attacked, and the ways. */
export interface HostileClass {
  readonly name: string
  readonly cases: readonly HostileCase[]
}
