import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { Verdict } from '../core/vocabulary.ts'
import type { RunLimits, RunOutcome } from './runner/runner.ts'

export interface Judgement {
  readonly verdict: Verdict
  /** One or two sentences: what ended it, how much was allowed, what to do. */
  readonly sentence: string
  /** Of the command that decided, where one did. */
  readonly exitCode?: number
}

/** What a run's outcome means, in words. */
export function judge(outcome: RunOutcome, limits: RunLimits): Judgement {
  const { cause } = outcome
  const took = prettyMilliseconds(outcome.durationMs, { secondsDecimalDigits: 1 })
  switch (cause.kind) {
    case 'completed': {
      const sentence =
        outcome.commands.length === 0
          ? 'The image was built, and there were no commands to run in it.'
          : `All commands succeeded, in ${took}.`
      return { verdict: 'succeeded', sentence, exitCode: 0 }
    }
    case 'command-failed':
      return failed(outcome, cause.index)
    case 'command-not-found':
      return {
        verdict: 'failed',
        exitCode: 127,
        sentence: `\`${cause.program}\` could not be started: the image has no such program, or it is not executable. Check its spelling, or name an image that has it.`,
      }
    case 'timed-out':
      return {
        verdict: 'timed-out',
        sentence: `It was stopped after ${prettyMilliseconds(limits.timeMs)}, the longest it may run. Make it faster, or look for a loop that does not end.`,
      }
    case 'out-of-memory':
      return {
        verdict: 'out-of-memory',
        sentence: `It needed more than the ${inBinary(limits.memoryBytes)} of memory it may use, and was stopped. Files in /tmp and /dev/shm count as memory too.`,
      }
    case 'output-limit':
      return {
        verdict: 'output-limit',
        sentence: `It printed more than ${inBinary(limits.outputBytes)}, and was stopped. Print less, or write to a file in /build.`,
      }
    case 'disk-limit':
      return {
        verdict: 'disk-limit',
        sentence:
          cause.limit === 'build'
            ? `It filled /build, which can hold ${inBinary(limits.buildBytes)}. Write less, or remove what you do not need.`
            : `It wanted to write a file of more than ${inBinary(limits.fileBytes)}, the largest it may. Write less, or several files.`,
      }
    case 'aborted':
      return { verdict: 'cancelled', sentence: `It was cancelled after ${took}.` }
  }
}

function failed(outcome: RunOutcome, index: number): Judgement {
  const command = outcome.commands[index]
  if (command === undefined) throw new Error(`The run failed at command ${index + 1}, which never started`)
  const text = `Command ${index + 1}, \`${command.text.split('\n', 1)[0]}\`,`
  const { exitCode, signal } = command
  const how =
    signal === undefined ? `ended with exit code ${exitCode}` : `was ended by ${signal} (exit code ${exitCode})`
  return { verdict: 'failed', sentence: `${text} ${how}.${hint(signal)}`, ...(exitCode === null ? {} : { exitCode }) }
}

function hint(signal: string | undefined): string {
  if (signal === 'SIGSEGV') return ' That is a memory access outside of what the program owns.'
  if (signal === 'SIGFPE') return ' That is most often an integer division by zero.'
  if (signal === 'SIGABRT') return ' The program gave up by itself: an assertion, or a corrupted heap.'
  return ''
}

function inBinary(bytes: number): string {
  return prettyBytes(bytes, { binary: true })
}
