import { createRequire } from 'node:module'
import { renderAsync } from '@resvg/resvg-js'
import type { Drawing } from './svg.ts'

const { resolve } = createRequire(import.meta.url)

/** A server may have no fonts at all, so the pictures bring theirs. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => resolve(`dejavu-fonts-ttf/ttf/${name}`))

/** Sharp on screens with two pixels for each. */
const zoom = 2

/** Draws off the main thread. Only for drawings of ours: it fetches nothing, but nobody bounds what a stranger's costs. */
export async function toPng({ svg }: Drawing): Promise<Buffer> {
  const image = await renderAsync(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value: zoom },
  })
  return image.asPng()
}
