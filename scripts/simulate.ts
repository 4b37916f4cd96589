import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toPng } from '../bots/picture/png.ts'
import { drawing, element, palette, textAt } from '../bots/picture/svg.ts'
import { barChart } from '../bots/render/bars.ts'
import { duration } from '../bots/wording.ts'
import { simulate } from '../test/support/simulate.ts'
import { type Fairness, fairnessOf, paper, paperTerm } from '../test/support/term.ts'

/**
 * How long each team waits in the paper's term, with the real scheduler on a virtual clock: `npm run simulate [workers]
 * [folder]`. The folder gets the same as `waits.svg` and `waits.png`.
 */
const [workers = '17', folder] = process.argv.slice(2)
const arrivals = paperTerm()
console.log(
  `${arrivals.length} submissions of ${paper.students} students in ${paper.teams} teams and of one that floods, on ${workers} workers …`,
)
const fairness = fairnessOf(simulate({ arrivals, workers: Number(workers) }))
const { teams, percentiles, worstOverMedian, floodMedianMs } = fairness
console.log('\nMean wait of each team, shortest first:\n')
for (const line of barChart(
  teams.map(({ team, meanMs }) => ({ label: team, value: meanMs, shown: duration(meanMs) })),
)) {
  console.log(line)
}
const shares = Object.entries(percentiles).map(([share, ms]) => `${share}%: ${duration(ms)}`)
console.log(`\nWaits of all runs within ${shares.join(', ')}.`)
console.log(`The team that waits longest waits ${worstOverMedian.toFixed(2)} times as long as the one in the middle.`)
console.log(`Half of what the flooding team submitted at once waits longer than ${duration(floodMedianMs)}.`)
if (folder !== undefined) {
  await mkdir(folder, { recursive: true })
  const picture = draw(fairness)
  await writeFile(join(folder, 'waits.svg'), picture.svg)
  await writeFile(join(folder, 'waits.png'), await toPng(picture))
  console.log(`Drawn in ${join(folder, 'waits.svg')} and waits.png.`)
}

/** A bar for each team: its mean wait, and behind it the wait that 95 of 100 of its runs stay below. */
function draw({ teams: bars, worstOverMedian: ratio }: Fairness) {
  const [left, bottom, height, step] = [70, 330, 230, 11] as const
  const width = left + bars.length * step + 30
  const most = Math.max(1, ...bars.map(({ p95Ms }) => p95Ms))
  const high = (ms: number) => (ms / most) * height
  return drawing(width, 380, [
    textAt(24, 34, 'Waits of the teams in the paper’s term', { 'font-size': 19, 'font-weight': 'bold' }),
    textAt(24, 58, `${workers} workers; worst over median ${ratio.toFixed(2)}; dark: mean, light: 95 of 100 runs`, {
      ...{ 'font-size': 13, fill: palette.faint },
    }),
    ...[0, 0.5, 1].flatMap((share) => [
      element('line', {
        ...{ x1: left, x2: width - 24, y1: bottom - share * height, y2: bottom - share * height, stroke: palette.line },
      }),
      textAt(left - 8, bottom - share * height + 5, duration(most * share), {
        ...{ 'text-anchor': 'end', 'font-size': 12, fill: palette.faint },
      }),
    ]),
    ...bars.flatMap(({ p95Ms, meanMs }, index) => {
      const x = left + 4 + index * step
      const bar = (ms: number, fill: string) =>
        element('rect', { x, y: bottom - high(ms), width: step - 3, height: high(ms), fill })
      return [bar(p95Ms, palette.bar), bar(meanMs, palette.series)]
    }),
    textAt((left + width) / 2, bottom + 24, 'one bar for each team, shortest mean first', {
      ...{ 'text-anchor': 'middle', 'font-size': 12, fill: palette.faint },
    }),
  ])
}
