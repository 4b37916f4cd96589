import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import pc from 'picocolors'
import type { Place } from '../../core/records/submission.ts'
import { inText } from '../answer-file.ts'
import type { Card } from '../card.ts'
import type { Chat } from '../chat.ts'
import type { Answer, CommandRequest } from '../commands/request.ts'
import { splitWords } from '../commands/words.ts'
import type { LogLine } from '../tail.ts'
import { createTerminalChat } from './chat.ts'
import { createJobs } from './jobs.ts'
import { createLook } from './look.ts'
import { type PromptEnd, readPrompt } from './prompt.ts'
import { createScreen, type ScreenOutput } from './screen.ts'
import { createStatusLine } from './status.ts'

export interface TerminalOptions {
  readonly input: Readable
  readonly output: ScreenOutput
  /** A person sits at it: status line and prompt are redrawn in place. False for a pipe. */
  readonly live: boolean
  readonly colours: boolean
  readonly workspace: string
  readonly channel: string
  /** Who types here, as the directory knows them on this platform. */
  readonly user: string
}

/** What stands before every line: a name, or a bar. */
const margin = 9
/** Whoever reads a pipe wraps lines as they like. */
const pipeColumns = 1_000

/** A class channel on one screen. */
export interface Terminal {
  readonly place: Place
  readonly chat: Chat
  /** For `createThreads`: prints each line of output. */
  readonly onLine: (submission: string, line: LogLine) => void
  header(title: string, text: readonly string[]): void
  /** What RAI says outside of any thread. */
  say(card: Card): void
  /** What the person at the keyboard is taken to have typed. */
  ask(line: string, handle: HandleRequest): Promise<Answer | undefined>
  /** Hands the prompt to the person until they leave. */
  prompt(handle: HandleRequest, signal: AbortSignal): Promise<PromptEnd>
  /** Takes the status line away. A second call does nothing. */
  close(): void
}

export type HandleRequest = (request: CommandRequest) => Promise<Answer>

export function createTerminal(options: TerminalOptions): Terminal {
  const { input, output, live, workspace, channel, user } = options
  const screen = createScreen({ output, live })
  const look = createLook(pc.createColors(options.colours), () => (output.columns ?? pipeColumns) - margin)
  const { colours } = look
  const jobs = createJobs(look.bar)
  const status = createStatusLine(screen, look, jobs)
  const { chat, onLine } = createTerminalChat({ workspace, screen, look, jobs, onChange: status.refresh })
  const place: Place = { platform: 'terminal', workspace, channel }

  function request(words: readonly string[]): CommandRequest {
    const eventKey = `terminal:${workspace}:${channel}:${randomUUID()}`
    const identity = { platform: 'terminal', workspace, user }
    // A pipe is a file, and a screen is one pair of eyes.
    const ephemeral = live
    return { identity, place, words, eventKey, submittedAt: Date.now(), attachments: [], ephemeral }
  }

  function say(card: Card): void {
    const [first = '', ...rest] = look.card(card)
    const name = ` ${colours.bold(colours.cyan('RAI'))}  `
    screen.print([`${name}${first}`, ...rest.map((line) => `      ${line}`)])
  }

  async function ask(line: string, handle: HandleRequest): Promise<Answer | undefined> {
    const text = line.trim()
    if (text === '') return undefined
    const shown = look.plain(text)
    screen.print(['', ` ${colours.bold(colours.green(user))}  ${shown}`])
    const words = /^\/?rai(?:\s+(.*))?$/s.exec(text)
    if (words === null) return hint()
    const answer = inText(await handle(request(splitWords(words[1] ?? ''))))
    say(answer.card)
    return answer
  }

  function hint(): undefined {
    screen.print([colours.dim('      I only listen to lines that begin with /rai. /rai help shows what I can do.')])
  }

  /** Stays where there was something to cancel. */
  async function interrupt(handle: HandleRequest): Promise<boolean> {
    const running = jobs.live().findLast(({ submission }) => submission !== undefined)
    if (running?.submission === undefined) return false
    screen.print([colours.dim('      Ctrl-C cancels; once more leaves at once.')])
    say((await handle(request(['cancel', running.submission]))).card)
    return true
  }

  return {
    place,
    chat,
    onLine,
    say,
    ask,
    header(title, text) {
      const line = colours.dim('─'.repeat(Math.min(72, Math.max(20, (output.columns ?? 80) - 2))))
      screen.print([
        '',
        ` ${colours.bold(`# ${channel}`)}  ${colours.dim(title)}`,
        ` ${line}`,
        ...look.text(text).map((one) => ` ${one}`),
      ])
    },
    prompt: (handle, signal) =>
      readPrompt(
        {
          ...{ input, output, screen, live },
          text: ` ${colours.green(user)} ${colours.dim('›')} `,
          onLine: async (line) => void (await ask(line, handle)),
          onInterrupt: () => interrupt(handle),
        },
        signal,
      ),
    close() {
      status.close()
      screen.close()
    },
  }
}
