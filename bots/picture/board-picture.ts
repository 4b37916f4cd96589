import { type Drawing, drawing, element, palette, textAt } from './svg.ts'

export interface BoardLine {
  readonly rank: number
  readonly name: string
  readonly value: number
  /** As it is read: `1.24 s`. */
  readonly shown: string
  readonly note: string
  /** Of whoever looks at it. */
  readonly mine: boolean
}

export interface BoardPicture {
  readonly title: string
  readonly subtitle: string
  readonly lines: readonly BoardLine[]
}

const width = 760
const head = 74
const step = 30
const columns = { rank: 52, name: 68, bar: 330, value: 610, note: width - 24 } as const
const barWidth = 180
const longestName = 32
/** Of a scale, so that nothing is divided by zero. */
const smallest = 1e-6

/** The board as it is told in words, with a bar for each value so that distances show. */
export function boardPicture({ title, subtitle, lines }: BoardPicture): Drawing {
  const most = Math.max(...lines.map(({ value }) => Math.abs(value)), smallest)
  return drawing(width, head + step * lines.length + 18, [
    textAt(24, 34, cut(title, 60), { 'font-size': 19, 'font-weight': 'bold' }),
    textAt(24, 58, cut(subtitle, 100), { 'font-size': 13, fill: palette.faint }),
    ...lines.flatMap((line, index) => drawLine(line, head + step * index, most)),
  ])
}

function drawLine(line: BoardLine, top: number, most: number): string[] {
  const base = top + 20
  const weight = line.mine ? { 'font-weight': 'bold' } : {}
  const length = Math.max(2, (Math.abs(line.value) / most) * barWidth)
  return [
    ...(line.mine
      ? [element('rect', { x: 12, y: top, width: width - 24, height: step, rx: 4, fill: palette.accentGround })]
      : []),
    textAt(columns.rank, base, String(line.rank), { 'text-anchor': 'end', ...weight }),
    textAt(columns.name, base, `${cut(line.name, longestName)}${line.mine ? ' (you)' : ''}`, weight),
    element('rect', {
      ...{ x: columns.bar, y: top + 8, width: length, height: 14, rx: 2 },
      fill: line.mine ? palette.accent : palette.bar,
    }),
    textAt(columns.value, base, line.shown, { 'text-anchor': 'end', ...weight }),
    textAt(columns.note, base, cut(line.note, 18), { 'text-anchor': 'end', 'font-size': 12, fill: palette.faint }),
  ]
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
