import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { nearest } from './nearest.ts'
import { parseSize } from './size.ts'

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

const plain = { shownDefault: '', secret: false, path: false }
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
function readable<T>(type: string, read: (text: string) => T | undefined, hint: (text: string) => string = () => '') {
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

export interface Range {
  readonly min: number
  readonly max: number
}

export function whole(description: string, byDefault: number, range: Range) {
  const type = `a whole number from ${range.min} to ${range.max}`
  return readable(type, (value) => inRange(value, /^\d{1,15}$/, range))
    .prefault(byDefault)
    .register(fields, { ...plain, description, type, shownDefault: String(byDefault) })
}

export function decimal(description: string, byDefault: number, range: Range) {
  const type = `a number from ${range.min} to ${range.max}`
  return readable(type, (value) => inRange(value, /^\d{1,9}(\.\d{1,9})?$/, range))
    .prefault(byDefault)
    .register(fields, { ...plain, description, type, shownDefault: String(byDefault) })
}

function inRange(value: string, pattern: RegExp, { min, max }: Range): number | undefined {
  const number = pattern.test(value) ? Number(value) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

/** Gives milliseconds. */
export function duration(description: string, shownDefault: string) {
  const type = 'a duration such as 90s, 15m or 1h'
  return readable(type, parseDuration)
    .prefault(shownDefault)
    .register(fields, { ...plain, description, type: 'duration', shownDefault })
}

/** For keys whose name ends in `_seconds`: written like a duration, gives whole seconds, at least one. */
export function seconds(description: string, shownDefault: string) {
  const type = 'a duration of at least one second, such as 90s, 15m or 1h'
  const read = (value: string) => Math.floor((parseDuration(value) ?? 0) / 1_000) || undefined
  return readable(type, read)
    .prefault(shownDefault)
    .register(fields, { ...plain, description, type: 'duration', shownDefault })
}

/** Gives bytes. */
export function size(description: string, shownDefault: string) {
  const type = 'a size such as 64kb, 512mb or 16gb'
  return readable(type, parseSize)
    .prefault(shownDefault)
    .register(fields, { ...plain, description, type: 'size', shownDefault })
}

export function choice<const T extends string>(description: string, values: readonly T[], byDefault: NoInfer<T>) {
  const type = values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
  const hint = (value: string) => nearest(value, values, (found) => `; did you mean ${found}?`)
  return readable(type, (value) => values.find((known) => known === value.toLowerCase()), hint)
    .prefault(byDefault)
    .register(fields, { ...plain, description, type, shownDefault: byDefault })
}
