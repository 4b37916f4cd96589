/**
 * The kinds of failure RAI tells apart. Anything else that is thrown is a bug.
 *
 * - `Refusal`: expected, the person's to mend. Its message is the sentence they read.
 * - `ProviderError`: a part we depend on failed. Made in the adapter, never logged there.
 * - `ConfigError`: every problem of the configuration at once.
 */

/** Values that name the limit, the value found and whatever else the sentence quotes. Never a secret. */
export type RefusalContext = Readonly<Record<string, string | number | boolean>>

export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Stable, kebab-case; what tests and the records know it by. */
  readonly code: string
  readonly context: RefusalContext

  /** @param sentence one or two sentences for a tired student: the rule, the value found, the way out. */
  constructor(code: string, sentence: string, context: RefusalContext = {}) {
    super(sentence)
    this.code = code
    this.context = context
  }
}

export interface ProviderFailure {
  /** The configuration's name of the part: `s3`, `sqs`, `redis`, `docker`, `postgres`, … */
  readonly provider: string
  /** What was being done, as a verb phrase: `put object`, `start container`. */
  readonly operation: string
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  readonly cause: unknown
}

export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly provider: string
  readonly operation: string
  readonly retryable: boolean

  constructor({ provider, operation, retryable, cause }: ProviderFailure) {
    super(`${provider} could not ${operation}: ${messageOf(cause)}`, { cause })
    this.provider = provider
    this.operation = operation
    this.retryable = retryable
  }
}

export interface ConfigProblem {
  /** Dotted: `docker.memory_limit`. Empty when the whole file is at fault. */
  readonly key: string
  /** File or environment variable the value came from. */
  readonly origin?: string
  /** 1-based. */
  readonly line?: number
  readonly problem: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describeProblem).join('\n'))
    this.problems = problems
  }
}

function describeProblem({ key, origin, line, problem }: ConfigProblem): string {
  const place = origin === undefined ? '' : `${origin}${line === undefined ? '' : `:${line}`}: `
  return key === '' ? `${place}${problem}` : `${place}${key}: ${problem}`
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
