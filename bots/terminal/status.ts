import { count } from '../wording.ts'
import type { Jobs } from './jobs.ts'
import type { Look } from './look.ts'
import type { Screen } from './screen.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100

export interface StatusLine {
  refresh(): void
  close(): void
}

/** One line that says what is going on, and moves while something is. */
export function createStatusLine(screen: Screen, look: Look, jobs: Jobs): StatusLine {
  const { colours } = look
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  function text(): string | undefined {
    const live = jobs.live()
    const shown = live.findLast(({ working }) => working) ?? live.findLast(({ title }) => title !== '')
    if (shown === undefined) return undefined
    const more = live.length > 1 ? colours.dim(`  and ${count(live.length - 1, 'other')}`) : ''
    const note = shown.note === undefined ? '' : `  ${shown.note}`
    const spinner = colours.cyan(frames[frame % frames.length] ?? '')
    return ` ${spinner} ${colours.bold(shown.title)}${note}  ${colours.dim(shown.subject)}${more}`
  }

  function refresh(): void {
    const line = text()
    screen.status(line)
    if (line === undefined) stop()
    else timer ??= setInterval(turn, frameMs).unref()
  }

  function turn(): void {
    frame += 1
    screen.status(text())
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    refresh,
    close() {
      stop()
      screen.status(undefined)
    },
  }
}
