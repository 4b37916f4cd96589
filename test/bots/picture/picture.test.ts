import { describe, expect, it } from 'vitest'
import { boardPicture } from '../../../bots/picture/board-picture.ts'
import { chartPicture } from '../../../bots/picture/chart-picture.ts'
import { toPng } from '../../../bots/picture/png.ts'
import { barChart } from '../../../bots/render/bars.ts'

const line = { rank: 1, name: 'amber fox 07', value: 2, shown: '2.000 s', note: '3 runs', mine: false }

/** Width and height, as a PNG's first chunk has them. */
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)]

describe('a board', () => {
  it('is as high as it has lines, twice as sharp, and bears whatever names there are', async () => {
    const drawing = boardPicture({
      title: 'final & <more>',
      subtitle: 's',
      lines: [line, { ...line, name: '<script>"\u0007\ud800', value: 0, mine: true }],
    })
    expect(drawing.svg).not.toMatch(/<script>|<more>|\p{Cc}|\p{Surrogate}/u)
    expect(sizeOf(await toPng(drawing))).toEqual([drawing.width * 2, drawing.height * 2])
  })

  it('has letters: the pictures bring their fonts', async () => {
    const words = await toPng(boardPicture({ title: 'final', subtitle: 'words', lines: [line] }))
    const none = await toPng(boardPicture({ title: ' ', subtitle: ' ', lines: [{ ...line, name: ' ' }] }))
    expect(words.length).toBeGreaterThan(none.length + 500)
  })
})

describe('a chart', () => {
  const chart = { title: 't', subtitle: 's', format: (value: number) => String(value), lessIsBetter: true }

  it.each([
    ['one point', [{ value: 3, counts: true }]],
    ['nothing that counts', [{ value: 3, counts: false }]],
    ['zeroes', [0, 0].map((value) => ({ value, counts: true }))],
    ['many', Array.from({ length: 200 }, (_, n) => ({ value: n % 7, counts: n % 3 === 0 }))],
  ])('can be drawn of %s', async (_, points) => {
    const { svg, ...size } = chartPicture({ ...chart, points })
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(sizeOf(await toPng({ svg, ...size }))).toEqual([size.width * 2, size.height * 2])
  })
})

it('draws bars of text by their share of the longest', () => {
  expect(
    barChart([
      { label: 'a', value: 4, shown: '4' },
      { label: 'bcd', value: 1, shown: '10' },
      { label: 'e', value: 0, shown: '0' },
    ]),
  ).toEqual([`a    ${'█'.repeat(24)}   4`, `bcd  ${'█'.repeat(6)}${' '.repeat(18)}  10`, `e    ${' '.repeat(24)}   0`])
})
