/** A drawing as text. Every piece of text in it is escaped, and is cut by whoever knows the width. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '').replaceAll(/\p{Cc}|\p{Surrogate}/gu, ' ')
}

type Attributes = Readonly<Record<string, string | number | undefined>>

/** @param inside is SVG already, or nothing. */
export function element(name: string, attributes: Attributes, inside = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? rounded(value) : String(value))}"`)
    .join('')
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`
}

export function textAt(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(words) || ' ')
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/**
 * Colours that read on the light and on the dark theme of a chat, because the picture brings its own ground. Told apart
 * by who cannot see red or green too.
 */
export const palette = {
  ground: '#ffffff',
  line: '#d0d7de',
  faint: '#57606a',
  text: '#1f2328',
  bar: '#9ec5e8',
  accent: '#d95f02',
  accentGround: '#fff1e5',
  series: '#1f6fb4',
} as const

export interface Drawing {
  readonly svg: string
  readonly width: number
  readonly height: number
}

/** A drawing on a ground of its own, with a border that shows where it ends. */
export function drawing(width: number, height: number, parts: readonly string[]): Drawing {
  const ground = element('rect', {
    ...{ x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 8 },
    ...{ fill: palette.ground, stroke: palette.line },
  })
  const attributes = {
    ...{ xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    ...{ 'font-family': 'DejaVu Sans', 'font-size': 14, fill: palette.text },
  }
  return { svg: element('svg', attributes, [ground, ...parts].join('')), width, height }
}
