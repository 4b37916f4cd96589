/** Colours of terminals, as far as Discord shows them: bold, underlined, eight colours and eight backgrounds. */

const escapeCharacter = String.fromCharCode(27)
const sgr = new RegExp(`${escapeCharacter}\\[([0-9;:]{0,40})m`, 'g')
const zeroWidth = '\u200b'

/** The last lines that fit into `most` characters, in one block that nothing inside can close. */
export function ansiBlock(lines: readonly string[], most: number): string {
  const room = most - '```ansi\n\n```'.length
  const shown: string[] = []
  let used = 0
  for (const line of lines.toReversed()) {
    const safe = safeLine(line, room)
    if (used + safe.length + 1 > room) break
    used += safe.length + 1
    shown.unshift(safe)
  }
  return `\`\`\`ansi\n${shown.join('\n')}\n\`\`\``
}

function safeLine(line: string, most: number): string {
  const safe = toDiscord(line)
    .replaceAll('```', `\`${zeroWidth}\`${zeroWidth}\`${zeroWidth}`)
    .replaceAll('@', `@${zeroWidth}`)
  if (safe.length <= most) return safe
  return `${safe.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** A line that ends in a backtick would otherwise grow into a fence with what comes behind it. */
export function toDiscord(line: string): string {
  return line.replaceAll(sgr, (_, parameters: string) => {
    const shown = translate(parameters.split(/[;:]/).map((part) => Number(part || 0)))
    return shown.length === 0 ? '' : `${escapeCharacter}[${shown.join(';')}m`
  })
}

function translate(parameters: readonly number[]): number[] {
  const shown: number[] = []
  for (let at = 0; at < parameters.length; at += 1) {
    const value = parameters[at] ?? 0
    if (value === 38 || value === 48) {
      const { colour, length } = extended(parameters.slice(at + 1))
      if (colour !== undefined) shown.push(value - 8 + colour)
      at += length
    } else {
      shown.push(...simple(value))
    }
  }
  return shown
}

function simple(value: number): number[] {
  if (value === 0 || value === 1 || value === 4) return [value]
  if ((value >= 30 && value <= 37) || (value >= 40 && value <= 47)) return [value]
  if ((value >= 90 && value <= 97) || (value >= 100 && value <= 107)) return [value - 60]
  // Discord cannot end one of them alone.
  return [22, 24, 39, 49].includes(value) ? [0] : []
}

interface Extended {
  readonly colour: number | undefined
  readonly length: number
}

function extended([kind, ...rest]: readonly number[]): Extended {
  if (kind === 2) return { colour: nearest(rest.slice(0, 3)), length: 4 }
  if (kind !== 5) return { colour: undefined, length: 1 }
  const index = rest[0] ?? 0
  return { colour: index < 16 ? index % 8 : nearest(cube(index)), length: 2 }
}

function cube(index: number): number[] {
  if (index >= 232) return Array.from({ length: 3 }, () => 8 + (index - 232) * 10)
  const value = index - 16
  return [Math.floor(value / 36), Math.floor(value / 6) % 6, value % 6].map((part) => part * 51)
}

/** The one of eight with the same parts switched on. */
function nearest(parts: readonly number[]): number {
  return parts.reduce((sum, part, bit) => sum + (part >= 128 ? 1 << bit : 0), 0)
}
