import { randomUUID } from 'node:crypto'
import type { Card, CardField } from '../card.ts'
import type { Chat, MessageRef } from '../chat.ts'
import type { LogLine } from '../tail.ts'
import { shortId } from '../wording.ts'
import type { Job, Jobs } from './jobs.ts'
import type { Look } from './look.ts'
import type { Screen } from './screen.ts'

export interface TerminalChatOptions {
  readonly workspace: string
  readonly screen: Screen
  readonly look: Look
  readonly jobs: Jobs
  /** Called after anything that the status line shows. */
  readonly onChange: () => void
}

/** Of the build file that the course enforces; no label is empty. */
const buildFile = ''

/** A fact that has changed is another one. */
function factOf({ label, value }: CardField): string {
  return `${label}: ${value}`
}

/** The class channel on a screen. Messages cannot be edited there, so an edit prints what is new. */
export function createTerminalChat(options: TerminalChatOptions) {
  const { screen, look, jobs, onChange } = options
  const { colours } = look
  const deliveries = new Map<string, MessageRef>()

  /** With several threads at once, each line says which one it is of. */
  function tag(job: Job): string {
    const several = jobs.live().length > 1
    return several && job.submission !== undefined ? `${colours.dim(shortId(job.submission))} ` : ''
  }

  function say(job: Job, lines: readonly string[]): void {
    screen.print(lines.map((line) => ` ${tag(job)}${job.colour('│')} ${line}`.trimEnd()))
  }

  function remember(job: Job, card: Card): void {
    job.title = card.title
    job.note = card.note
    job.working = card.tone === 'working'
    job.submission ??= card.submission
  }

  function tellFacts(job: Job, card: Card): void {
    const news = card.fields.filter((field) => !job.told.has(factOf(field)))
    for (const field of news) job.told.add(factOf(field))
    const text = card.text.filter((paragraph) => !job.told.has(paragraph))
    for (const paragraph of text) job.told.add(paragraph)
    say(job, [...look.text(text).map((line) => `  ${line}`), ...look.fields(news).map((line) => `  ${line}`)])
  }

  function showProgress(job: Job, card: Card): void {
    const moved = card.title !== job.title
    remember(job, card)
    if (moved) say(job, [stateLine(card)])
    tellFacts(job, card)
    tellBuildFile(job, card)
    onChange()
  }

  /** What stands there before anything runs is no output, which is printed line by line. */
  function tellBuildFile(job: Job, { tone, tail }: Card): void {
    if (tone !== 'neutral' || tail.length === 0 || job.told.has(buildFile)) return
    job.told.add(buildFile)
    const lines = tail.map((line) => `    ${line}`)
    say(job, lines)
  }

  /** How long it has been running is for the status line. */
  function stateLine({ title, tone, note }: Card): string {
    return look.title({ title, tone, ...(tone === 'working' || note === undefined ? {} : { note }) })
  }

  function sent(delivery: string, root?: MessageRef): MessageRef {
    const message = randomUUID()
    deliveries.set(delivery, message)
    jobs.belongs(message, root ?? message)
    return message
  }

  const chat: Chat = {
    platform: 'terminal',
    workspace: options.workspace,
    async postRoot(_place, card, delivery) {
      const root = sent(delivery)
      const job = jobs.open(root)
      job.subject = card.title
      job.submission = card.submission
      const id = card.submission === undefined ? '' : colours.dim(`  ${shortId(card.submission)}`)
      screen.print(['', ` ${job.colour('╭')} ${colours.bold('RAI')}  ${look.plain(card.title)}${id}`])
      onChange()
      return root
    },
    async postNotice(_place, card, delivery) {
      screen.print(['', ...look.card(card).map((line) => ` ${line}`)])
      return sent(delivery)
    },
    async post(root, card, delivery) {
      const job = jobs.open(root)
      job.posts += 1
      if (job.posts === 1 && card.buttons.every(({ action }) => action === 'cancel')) showProgress(job, card)
      else {
        remember(job, card)
        const text = card.text.filter((paragraph) => !job.told.has(paragraph))
        say(job, ['', ...look.card({ ...card, text, tail: [] })])
      }
      onChange()
      return sent(delivery, root)
    },
    async edit(message, card) {
      const job = jobs.ofMessage(message)
      if (job === undefined || jobs.isRoot(message) || job.posts > 1) return
      showProgress(job, card)
    },
    // Every line of it was printed.
    postFile: async (root, _file, delivery) => sent(delivery, root),
    find: async (delivery) => deliveries.get(delivery),
    async settle(root) {
      const job = jobs.open(root)
      if (job.settled) return
      screen.print([` ${tag(job)}${job.colour('╰')}${colours.dim('─')}`])
      job.settled = true
      onChange()
    },
  }

  function onLine(submission: string, line: LogLine): void {
    const job = jobs.ofSubmission(submission)
    if (job === undefined) return
    // The worker ends the log with the sentence that the verdict begins with.
    if (line.stream === 'system') job.told.add(line.text)
    say(job, [look.line(line)])
  }

  return { chat, onLine }
}
