import type { Answer, CommandContext, CommandRequest } from './request.ts'

/** One use of a command: its words are those behind the name. */
export interface CommandCall {
  readonly context: CommandContext
  readonly request: CommandRequest
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string>>
}

/**
 * A command of every platform. Adding one: a file with one of these, and a line in table.ts; help, completion and the
 * platforms' registrations come from it.
 */
export interface Command {
  readonly name: string
  /** What stands behind the name: `[id]`. */
  readonly usage: string
  /** One sentence without a full stop. */
  readonly summary: string
  /** Options that take a value, and what each is for. `course` is everybody's. */
  readonly options: Readonly<Record<string, string>>
  /** More words than these are a mistake. */
  readonly mostWords: number
  /** Acknowledges within a second: it reads or commits, and leaves the work to others. Rejects with a `Refusal`. */
  readonly run: (call: CommandCall) => Promise<Answer>
}
