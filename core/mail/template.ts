import { Refusal } from '../errors.ts'

/** A text with places for values, and nothing else: no conditions, no loops, no code. */
export interface Template {
  /** Every second one is a field's name, the others are text. */
  readonly pieces: readonly string[]
  /** Each field once. */
  readonly fields: readonly string[]
}

const place = /\{\{-?\s*([^{}]*?)\s*-?\}\}/
const largest = 256 * 1024

/**
 * Reads `{{ field }}`, also as `{{ .Field }}`, as the original wrote it. `resolve` knows the fields; what it does not
 * know throws a `Refusal` that names the line.
 */
export function parseTemplate(text: string, name: string, resolve: (field: string) => string | undefined): Template {
  if (text.length > largest) throw templateTooLarge(name, largest)
  const parts = text.split(place)
  let line = 1
  const pieces = parts.map((part, index) => {
    if (index % 2 === 0) {
      line += part.split('\n').length - 1
      if (isTorn(part, index, parts.length)) throw tornPlace(name, line)
      return part
    }
    const field = resolve(part)
    if (field === undefined) throw unknownField(name, line, part)
    return field
  })
  return { pieces, fields: [...new Set(pieces.filter((_, index) => index % 2 === 1))] }
}

/** Also a third brace beside a place, with which other templates switch escaping off. */
function isTorn(text: string, index: number, count: number): boolean {
  return /\{\{|\}\}/.test(text) || (index > 0 && text.startsWith('}')) || (index < count - 1 && text.endsWith('{'))
}

/** The text with the value of each field. */
export function fillTemplate({ pieces }: Template, lookUp: (field: string) => string): string {
  return pieces.map((piece, index) => (index % 2 === 0 ? piece : lookUp(piece))).join('')
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}

function unknownField(name: string, line: number, field: string): Refusal {
  const shown = JSON.stringify(field.slice(0, 60))
  return new Refusal(
    'template-field',
    `Line ${line} of the ${name} asks for ${shown}, which no template can show. docs/enrolment.md lists the fields.`,
    { line },
  )
}

function tornPlace(name: string, line: number): Refusal {
  return new Refusal('template-torn', `Line ${line} of the ${name} opens or closes a {{ field }} and not both.`, {
    line,
  })
}

function templateTooLarge(name: string, limit: number): Refusal {
  return new Refusal('template-too-large', `The ${name} has more than ${limit} characters.`, { limit })
}
