/** What Slack takes for markup, mentions and fences, made into text. */

const zeroWidth = '\u200b'

/** For any text field: no tag, no mention, no link can be made of it. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=channel|here|everyone|group)/gi, `@${zeroWidth}`)
}

/** Escaped and cut to `most` characters, never inside an escape. */
export function cutText(text: string, most: number): string {
  const escaped = escapeText(text)
  if (escaped.length <= most) return escaped
  return `${escaped.slice(0, most - 1).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '')}…`
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
