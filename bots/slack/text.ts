/** What Slack takes for markup, mentions and fences, made into text. */

const zeroWidth = '\u200b'

/** For any text field: no tag, no mention, no link can be made of it, and no fence that would swallow the rest. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=channel|here|everyone|group)/gi, `@${zeroWidth}`)
    .replaceAll('```', 'ˋˋˋ')
}

/** Escaped and cut to `most` characters, never inside an escape. */
export function cutText(text: string, most: number): string {
  const escaped = escapeText(text)
  return escaped.length <= most ? escaped : `${cutEscaped(escaped, most - 1)}…`
}

function cutEscaped(escaped: string, most: number): string {
  return escaped.slice(0, Math.max(0, most)).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '')
}

/** Code and addresses stay what they are. What ends a sentence is no part of an address. */
const kept = /(`[^`\n]{1,200}`|https?:\/\/[^\s<>|`]{1,2500}[^\s<>|`.,:;!?)])/

/** Escaped and cut like any text, without a look of its own; addresses are links that say where they lead. */
export function prose(text: string, most: number): string {
  // Before it is split, or a fence could come together from two parts.
  const parts = text
    .replaceAll('```', 'ˋˋˋ')
    .split(kept)
    .map((part, index) => (index % 2 === 1 ? keep(part) : escapeText(withoutMarks(part))))
  if (parts.join('').length <= most) return parts.join('')
  let shown = ''
  for (const [index, part] of parts.entries()) {
    const room = most - 1 - shown.length
    if (part.length <= room) shown += part
    else return `${shown}${index % 2 === 1 ? '' : cutEscaped(part, room)}…`
  }
  return shown
}

function keep(part: string): string {
  return part.startsWith('`') ? escapeText(part) : `<${part.replaceAll('&', '&amp;')}>`
}

/** Emphasis and fences are ours alone. */
function withoutMarks(text: string): string {
  return text.replaceAll('*', '∗').replaceAll('~', '∼').replaceAll('```', 'ˋˋˋ')
}

/** Inline code. Nothing in it ends it. */
export function code(text: string, most = 200): string {
  const inside = cutText(text.replaceAll('`', 'ˋ').replaceAll(/\s+/g, ' '), most)
  return inside.trim() === '' ? '' : `\`${inside}\``
}

/** The last lines that fit into `most` characters, in one code block that nothing inside can close. */
export function codeBlock(lines: readonly string[], most: number): string {
  const room = most - '```\n\n```'.length
  const kept: string[] = []
  let used = 0
  for (const line of lines.toReversed()) {
    const safe = cutText(line.replaceAll('```', `\`${zeroWidth}\`${zeroWidth}\``), room)
    if (used + safe.length + 1 > room) break
    used += safe.length + 1
    kept.unshift(safe)
  }
  return `\`\`\`\n${kept.join('\n')}\n\`\`\``
}

/** What a person typed, as Slack sends it in messages: links in angle brackets, three characters escaped. */
export function readTyped(text: string): string {
  return text
    .replaceAll(/<mailto:[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll(/<(https?:\/\/[^|>]*)(?:\|[^>]*)?>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
