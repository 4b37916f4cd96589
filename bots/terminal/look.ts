import type pc from 'picocolors'
import { withoutColours } from '../../core/log/colours.ts'
import type { Card, CardButton } from '../card.ts'
import { cleanLine } from '../render/clean.ts'
import type { LogLine } from '../tail.ts'

export type Colours = ReturnType<typeof pc.createColors>
export type Colour = (text: string) => string

/** A card's text may hold a signed link, and those are long. */
const longestText = 4_000
const widestLabel = 34

const symbols: Readonly<Record<Card['tone'], string>> = {
  neutral: '○',
  working: '●',
  good: '✔',
  bad: '✘',
  ours: '▲',
}

const linkLabels: Partial<Record<CardButton['action'], string>> = { log: 'Log', link: 'Result' }

/**
 * How cards and lines look on a terminal. Everything it returns is safe to write there.
 *
 * @param columns how wide a line may be, now.
 */
export function createLook(colours: Colours, columns: () => number) {
  const tones: Readonly<Record<Card['tone'], Colour>> = {
    neutral: colours.cyan,
    working: colours.blue,
    good: colours.green,
    bad: colours.red,
    ours: colours.magenta,
  }
  const bars: readonly Colour[] = [colours.cyan, colours.magenta, colours.yellow, colours.blue, colours.green]

  function title({ title, note, tone }: Pick<Card, 'title' | 'note' | 'tone'>): string {
    const behind = note === undefined ? '' : colours.dim(`  ${plain(note)}`)
    return `${tones[tone](symbols[tone])} ${colours.bold(plain(title))}${behind}`
  }

  /** A refusal is one long title. */
  function titleLines(card: Card): string[] {
    const [first = '', ...rest] = wrap(plain(card.title), columns())
    return [title({ ...card, title: first }), ...rest.map((line) => `  ${colours.bold(line)}`)]
  }

  function text(paragraphs: readonly string[]): string[] {
    return paragraphs.flatMap((paragraph) => wrap(plain(paragraph), columns()))
  }

  function fields(all: Card['fields']): string[] {
    const labels = all.map(({ label }) => plain(label))
    const width = Math.min(widestLabel, Math.max(0, ...labels.map((label) => label.length)))
    return all.flatMap(({ value }, index) => {
      const label = labels[index] ?? ''
      const lines = wrap(plain(value), columns() - width - 2)
      const [first = '', ...rest] = label.length > width ? ['', ...lines] : lines
      return [
        `${colours.dim(label.padEnd(width))}  ${first}`.trimEnd(),
        ...rest.map((line) => `${' '.repeat(width)}  ${line}`),
      ]
    })
  }

  const links = (buttons: Card['buttons']) =>
    fields(
      buttons.flatMap(({ action, label, url }) =>
        url === undefined ? [] : [{ label: linkLabels[action] ?? label, value: url }],
      ),
    )

  return {
    colours,
    plain,
    title,
    text,
    fields,
    bar: (index: number): Colour => bars[index % bars.length] ?? colours.cyan,

    /** A whole card, its first line first. The output's last lines are set apart, and links come last. */
    card: (card: Card): string[] => [
      ...titleLines(card),
      ...[...text(card.text), ...fields(card.fields)].map((line) => `  ${line}`),
      ...card.tail.map((line) => `  ${colours.dim('┆')} ${cleanLine(shown(colours, line))}`),
      ...links(card.buttons).map((line) => `  ${line}`),
    ],

    line({ stream, text }: LogLine): string {
      const line = shown(colours, text)
      if (stream === 'stdout') return line
      if (stream === 'stderr') return line === withoutColours(line) ? colours.yellow(line) : line
      return line.startsWith('$ ') ? colours.bold(line) : colours.dim(line)
    },
  }
}

export type Look = ReturnType<typeof createLook>

function plain(text: string): string {
  return cleanLine(text, { longest: longestText, colours: false })
}

function shown({ isColorSupported }: Colours, line: string): string {
  return isColorSupported ? line : withoutColours(line)
}

/** At spaces only, so that an address stays one that can be opened. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.max(20, width)) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
