import readline from 'node:readline'
import type { Readable } from 'node:stream'
import { commandNames } from '../commands/table.ts'
import type { Screen, ScreenOutput } from './screen.ts'

export interface PromptOptions {
  readonly input: Readable
  readonly output: ScreenOutput
  readonly screen: Screen
  readonly live: boolean
  readonly text: string
  readonly onLine: (line: string) => Promise<void>
  /** Ctrl-C. Answers whether that was all; otherwise the prompt ends. */
  readonly onInterrupt: () => Promise<boolean>
}

/** Why the prompt ended: `end` of the input, `left` by Ctrl-C, `stopped` by the signal. */
export type PromptEnd = 'end' | 'left' | 'stopped'

/** A second Ctrl-C within this time leaves whatever happens. */
const twiceMs = 2_000

/** Reads lines and answers them one after the other, until the input ends, Ctrl-C, or `signal` aborts. */
export async function readPrompt(options: PromptOptions, signal: AbortSignal): Promise<PromptEnd> {
  const { input, output, screen, live, onLine } = options
  const lines = readline.createInterface({
    input,
    ...(live ? { output, completer } : {}),
    terminal: live,
    historySize: 200,
    removeHistoryDuplicates: true,
    prompt: options.text,
  })
  let work = Promise.resolve()
  let end: PromptEnd = 'end'
  const stop = (reason: PromptEnd) => {
    end = reason
    lines.close()
  }
  const onAbort = () => stop('stopped')
  signal.addEventListener('abort', onAbort)
  lines.on('line', (line) => {
    screen.entered(line)
    work = work.then(() => onLine(line))
  })
  lines.on('SIGINT', interrupts(options, stop))
  if (live) screen.attach(lines)
  await new Promise<void>((resolve) => {
    lines.once('close', resolve)
    if (signal.aborted) onAbort()
  })
  signal.removeEventListener('abort', onAbort)
  if (end === 'end') await work
  return end
}

function interrupts({ onInterrupt }: PromptOptions, stop: (reason: PromptEnd) => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const again = performance.now() - last < twiceMs
    last = performance.now()
    if (again) stop('left')
    else void onInterrupt().then((stay) => stay || stop('left'))
  }
}

/** Command names behind `/rai`. */
export function completer(line: string): [string[], string] {
  const typed = /^\/?rai\s+(\S*)$/.exec(line)?.[1]
  if (typed === undefined) return ['/rai '.startsWith(line) ? ['/rai '] : [], line]
  return [commandNames.filter((name) => name.startsWith(typed)).map((name) => `${name} `), typed]
}
