const escapeCharacter = String.fromCharCode(27)

/** Colours, bold, underline: all that a chat or a terminal may get from a student's program. Keeps them when it splits. */
export const sgr = new RegExp(`(${escapeCharacter}\\[[0-9;:]{0,40}m)`)

export function withoutColours(line: string): string {
  return line
    .split(sgr)
    .filter((_, index) => index % 2 === 0)
    .join('')
}
