import type { z } from 'zod'
import { fields, optionalText, text } from './fields.ts'

/** The name of something in words, and what it must look like. */
export interface Form {
  readonly type: string
  readonly pattern: RegExp
}

/** Text of a certain form. */
export function formed(description: string, shownDefault: string, { type, pattern }: Form) {
  return text(description, shownDefault)
    .refine((value) => pattern.test(value), { error: ({ input }) => `must be ${type}, but is "${String(input)}"` })
    .register(fields, { description, type, shownDefault, secret: false, path: false })
}

/** Text of a certain form, or nothing. What is wrong is not repeated: people write passwords where none belong. */
export function optionalFormed(description: string, { type, pattern }: Form) {
  return optionalText(description)
    .refine((value) => value === undefined || pattern.test(value), { error: `must be ${type}` })
    .register(fields, { description, type, shownDefault: '', secret: false, path: false })
}

export function optionalPath(description: string) {
  const field = optionalText(description)
  return field.register(fields, { description, type: 'path', shownDefault: '', secret: false, path: true })
}

/** An `http` or `https` URL. */
export function url(description: string, shownDefault: string) {
  return text(description, shownDefault)
    .superRefine(checkUrl)
    .register(fields, { description, type: 'URL', shownDefault, secret: false, path: false })
}

export function optionalUrl(description: string) {
  return optionalText(description)
    .superRefine(checkUrl)
    .register(fields, { description, type: 'URL', shownDefault: '', secret: false, path: false })
}

/** The value is not repeated when it holds a password. */
function checkUrl(value: string | undefined, context: z.RefinementCtx<string | undefined>): void {
  if (value === undefined) return
  const parsed = URL.canParse(value) ? new URL(value) : undefined
  if (parsed?.username || parsed?.password) {
    context.addIssue({
      code: 'custom',
      message: 'must not hold a user or password; there are keys of their own for these',
    })
  } else if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    const shown = value.includes('@') ? '' : `, but is "${value}"`
    context.addIssue({ code: 'custom', message: `must be a URL such as https://host.example.edu:9000${shown}` })
  }
}
