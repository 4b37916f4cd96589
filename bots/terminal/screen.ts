import readline from 'node:readline'
import type { Writable } from 'node:stream'
import cliTruncate from 'cli-truncate'

export interface ScreenOutput extends Writable {
  readonly columns?: number
}

export interface ScreenOptions {
  readonly output: ScreenOutput
  /** Redraws the last lines in place; otherwise lines only ever follow lines. */
  readonly live: boolean
}

/** Lines that scroll, and under them, on a live screen, one status line and the prompt. */
export interface Screen {
  print(lines: readonly string[]): void
  /** Replaces the status line; `undefined` takes it away. */
  status(text: string | undefined): void
  /** From now on the last line is this prompt's. */
  attach(prompt: readline.Interface): void
  /** Takes back what the prompt left when a line was entered. */
  entered(line: string): void
  /** Leaves the cursor on a fresh line. A second call does nothing. */
  close(): void
}

const saveCursor = '\u001b7'
const restoreCursor = '\u001b8'

export function createScreen({ output, live }: ScreenOptions): Screen {
  let prompt: readline.Interface | undefined
  let status: string | undefined
  let closed = false
  const width = () => Math.max(20, output.columns ?? 80)
  const promptRows = () => prompt?.getCursorPos().rows ?? 0

  /** Puts the cursor where the status line begins, with nothing below. */
  function erase(): void {
    const up = prompt === undefined ? 0 : promptRows() + (status === undefined ? 0 : 1)
    readline.moveCursor(output, 0, -up)
    readline.cursorTo(output, 0)
    readline.clearScreenDown(output)
  }

  function draw(): void {
    if (status !== undefined) output.write(cliTruncate(status, width() - 1))
    if (prompt === undefined) return
    // The prompt first goes up by as many rows as it had.
    output.write('\n'.repeat((status === undefined ? 0 : 1) + promptRows()))
    prompt.prompt(true)
  }

  /** Nothing else moves when only the status changes. */
  function redrawStatus(text: string): void {
    const up = prompt === undefined ? 0 : promptRows() + 1
    output.write(saveCursor)
    readline.moveCursor(output, 0, -up)
    readline.cursorTo(output, 0)
    output.write(cliTruncate(text, width() - 1))
    readline.clearLine(output, 1)
    output.write(restoreCursor)
  }

  return {
    print(lines) {
      const text = lines.map((line) => `${line}\n`).join('')
      if (!live || closed) return void output.write(text)
      erase()
      output.write(text)
      draw()
    },
    status(text) {
      if (!live || closed || text === status) return
      if (text !== undefined && status !== undefined) {
        status = text
        return redrawStatus(text)
      }
      erase()
      status = text
      draw()
    },
    attach(next) {
      if (live) erase()
      prompt = next
      if (live) draw()
    },
    entered(line) {
      if (!live || prompt === undefined) return
      const rows = Math.floor((prompt.getPrompt().length + line.length) / width())
      readline.moveCursor(output, 0, -(rows + 1 + (status === undefined ? 0 : 1)))
      readline.cursorTo(output, 0)
      readline.clearScreenDown(output)
      draw()
    },
    close() {
      if (closed) return
      if (live) erase()
      closed = true
    },
  }
}
