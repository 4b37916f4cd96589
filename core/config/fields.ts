import { z } from 'zod'
import { nearest } from './nearest.ts'

/** What the documentation and `rai config show` know of a key besides its schema. */
export interface Field {
  readonly description: string
  /** What may be written, in words: `text`, `duration`, `filesystem or s3`. */
  readonly type: string
  /** As one would write it. Empty: not set. */
  readonly shownDefault: string
  readonly secret: boolean
  /** `~/`, `{data_dir}` and a relative path are resolved. */
  readonly path: boolean
}

export const fields = z.registry<Field>()

/** What most fields have. */
export const plain = { shownDefault: '', secret: false, path: false }
const written = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** A value that is one word or number in the file, wherever it comes from. */
function scalar(type: string) {
  return z.unknown().transform((value, context) => {
    const parsed = written.safeParse(value)
    if (parsed.success) return parsed.data.trim()
    context.addIssue({ code: 'custom', message: `must be ${type}, but is a ${Array.isArray(value) ? 'list' : 'map'}` })
    return z.NEVER
  })
}

/** A scalar that `read` understands; `undefined` from it is a mistake of whoever wrote the value. */
export function readable<T>(
  type: string,
  read: (text: string) => T | undefined,
  hint: (text: string) => string = () => '',
) {
  return scalar(type).transform((text, context): T => {
    const value = read(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `must be ${type}, but is "${text}"${hint(text)}` })
    return z.NEVER
  })
}

export function text(description: string, shownDefault: string) {
  const type = 'text'
  return scalar(type)
    .prefault(shownDefault)
    .register(fields, { ...plain, description, type, shownDefault })
}

/** Text that is simply not there unless somebody sets it. */
export function optionalText(description: string) {
  const type = 'text'
  return scalar(type)
    .transform((value) => value || undefined)
    .optional()
    .register(fields, { ...plain, description, type })
}

/** Never printed, in no message. */
export function secret(description: string) {
  const type = 'text'
  return scalar(type)
    .transform((value) => value || undefined)
    .optional()
    .register(fields, { ...plain, description, type, secret: true })
}

/** A file or folder. Absolute once the configuration is loaded. */
export function path(description: string, shownDefault: string) {
  const type = 'path'
  return scalar(type)
    .prefault(shownDefault)
    .register(fields, { ...plain, description, type, shownDefault, path: true })
}

export function flag(description: string, byDefault: boolean) {
  const type = 'true or false'
  const words = new Map([
    ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
    ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
  ])
  return readable(type, (value) => words.get(value.toLowerCase()))
    .prefault(byDefault)
    .register(fields, { ...plain, description, type, shownDefault: String(byDefault) })
}

export function choice<const T extends string>(description: string, values: readonly T[], byDefault: NoInfer<T>) {
  const type = values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
  const hint = (value: string) => nearest(value, values, (found) => `; did you mean ${found}?`)
  return readable(type, (value) => values.find((known) => known === value.toLowerCase()), hint)
    .prefault(byDefault)
    .register(fields, { ...plain, description, type, shownDefault: byDefault })
}
