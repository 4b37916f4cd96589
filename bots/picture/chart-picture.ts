import { type Drawing, drawing, element, palette, textAt } from './svg.ts'

export interface ChartPoint {
  readonly value: number
  /** Hollow where it does not count. */
  readonly counts: boolean
}

export interface ChartPicture {
  readonly title: string
  readonly subtitle: string
  /** Oldest first, at least one. */
  readonly points: readonly ChartPoint[]
  readonly format: (value: number) => string
  /** Whether less is better: the line of the best so far goes down. */
  readonly lessIsBetter: boolean
}

const size = { width: 760, height: 340 } as const
const plot = { left: 92, right: 736, top: 84, bottom: 288 } as const
const gridLines = 5
/** Of a scale, so that nothing is divided by zero. */
const smallest = 1e-6

/** Values over submissions: each as a dot, and how good it was at best until then as a line. */
export function chartPicture(chart: ChartPicture): Drawing {
  const { title, subtitle, points, format } = chart
  const highest = niceAbove(Math.max(...points.map(({ value }) => value), smallest))
  const x = (index: number) =>
    points.length === 1
      ? (plot.left + plot.right) / 2
      : plot.left + 12 + (index / (points.length - 1)) * (plot.right - plot.left - 24)
  const y = (value: number) => plot.bottom - (Math.max(0, value) / highest) * (plot.bottom - plot.top)
  return drawing(size.width, size.height, [
    textAt(24, 34, title, { 'font-size': 19, 'font-weight': 'bold' }),
    textAt(24, 58, subtitle, { 'font-size': 13, fill: palette.faint }),
    ...grid(highest, y, format),
    ...bestLine(chart, x, y),
    ...points.map(({ value, counts }, index) =>
      element('circle', {
        ...{ cx: x(index), cy: y(value), r: points.length > 60 ? 3 : 5, stroke: palette.series, 'stroke-width': 2 },
        fill: counts ? palette.series : palette.ground,
      }),
    ),
    ...xLabels(points.length, x),
  ])
}

type Scale = (at: number) => number

function grid(highest: number, y: Scale, format: (value: number) => string): string[] {
  return Array.from({ length: gridLines + 1 }, (_, n) => (highest * n) / gridLines).flatMap((value) => [
    element('line', { x1: plot.left, x2: plot.right, y1: y(value), y2: y(value), stroke: palette.line }),
    textAt(plot.left - 10, y(value) + 5, format(value), {
      ...{ 'text-anchor': 'end', 'font-size': 12, fill: palette.faint },
    }),
  ])
}

function bestLine({ points, lessIsBetter }: ChartPicture, x: Scale, y: Scale): string[] {
  let best: number | undefined
  const steps: string[] = []
  for (const [index, { value, counts }] of points.entries()) {
    if (!counts) continue
    const before = best
    best = before === undefined ? value : lessIsBetter ? Math.min(before, value) : Math.max(before, value)
    if (before !== undefined) steps.push(`L${x(index)} ${y(before)}`)
    steps.push(`${before === undefined ? 'M' : 'L'}${x(index)} ${y(best)}`)
  }
  if (best !== undefined) steps.push(`L${plot.right} ${y(best)}`)
  return steps.length < 3
    ? []
    : [element('path', { d: steps.join(''), fill: 'none', stroke: palette.accent, 'stroke-width': 2 })]
}

const mostLabels = 12

function xLabels(count: number, x: Scale): string[] {
  const every = Math.max(1, Math.ceil(count / mostLabels))
  const labels = Array.from({ length: count }, (_, index) => index).filter((index) => index % every === 0)
  return [
    ...labels.map((index) =>
      textAt(x(index), plot.bottom + 20, String(index + 1), {
        ...{ 'text-anchor': 'middle', 'font-size': 12, fill: palette.faint },
      }),
    ),
    textAt((plot.left + plot.right) / 2, plot.bottom + 40, 'submissions, oldest first; hollow ones do not count', {
      ...{ 'text-anchor': 'middle', 'font-size': 12, fill: palette.faint },
    }),
  ]
}

/** The next of 1, 2, 2.5, 5, 10, … */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10) * power
}
