/** What Discord takes for markup, mentions and fences, made into text. */

const zeroWidth = '\u200b'

/** Code and addresses stay what they are; nothing in them can be anything else. */
const kept = /(`[^`\n]{1,200}`|https?:\/\/[^\s<>`]{1,2000})/

/** For any text: no mention, no heading, no masked link can be made of it. */
export function escapeText(text: string): string {
  return text
    .split(kept)
    .map((part, index) => (index % 2 === 1 ? keep(part) : escapeMarkup(part)))
    .join('')
}

/** In angle brackets an address is a link without a preview, whatever else is in it. */
function keep(part: string): string {
  return part.startsWith('`') ? part.replaceAll('@', `@${zeroWidth}`) : `<${part}>`
}

function escapeMarkup(text: string): string {
  return text.replaceAll(/[\\`*_~|>#[\]()<:+-]/g, '\\$&').replaceAll('@', `@${zeroWidth}`)
}

/** Escaped, and at most `most` characters then: never cut inside an escape, and an address goes as a whole. */
export function cutText(text: string, most: number): string {
  const escaped = escapeText(text)
  if (escaped.length <= most) return escaped
  let shown = ''
  for (const [index, part] of text.split(kept).entries()) {
    const room = most - 1 - shown.length
    const whole = index % 2 === 1 ? keep(part) : escapeMarkup(part)
    shown += whole.length <= room ? whole : index % 2 === 1 ? '' : cutMarkup(part, room)
    if (whole.length > room) break
  }
  return `${shown}…`
}

/** Character by character, because each may need an escape. */
function cutMarkup(text: string, room: number): string {
  let shown = ''
  for (const character of text) {
    const next = escapeMarkup(character)
    if (shown.length + next.length > room) break
    shown += next
  }
  return shown
}

/** Inline code. Nothing in it ends it. */
export function code(text: string, most = 200): string {
  const flat = text.replaceAll('`', 'ˋ').replaceAll(/\s+/g, ' ').replaceAll('@', `@${zeroWidth}`)
  const inside = flat.length <= most ? flat : `${flat.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
  return inside.trim() === '' ? '' : `\`${inside}\``
}
