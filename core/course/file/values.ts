import { z } from 'zod'
import { parseDuration } from '../../config/duration.ts'
import { nearest } from '../../config/nearest.ts'
import { parseSize } from '../../config/size.ts'

/** The kinds of values in a course file. All come in as text; what is wrong is told as the end of a sentence. */

export function scalar<T>(type: string, read: (text: string) => T | undefined, hint = (_text: string) => '') {
  return z
    .string({
      error: ({ input }) => (input === undefined ? `is missing, and has to be ${type}` : notThat(type, input)),
    })
    .transform((text, context): T => {
      const value = read(text)
      if (value !== undefined) return value
      const found = hint(text)
      const params = found === '' ? {} : { hint: found }
      context.addIssue({ code: 'custom', message: `has to be ${type}, and is “${text.slice(0, 80)}”`, params })
      return z.NEVER
    })
}

function notThat(type: string, input: unknown): string {
  return `has to be ${type}, and is a ${Array.isArray(input) ? 'list' : 'map'}`
}

export function text(type = 'text', pattern = /^[^\p{Cc}]{1,200}$/u) {
  return scalar(type, (value) => (pattern.test(value) ? value : undefined))
}

export function choice<const T extends string>(values: readonly T[]) {
  const type = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
  return scalar(
    values.length === 1 ? `${values[0]}` : type,
    (value) => values.find((known) => known === value.toLowerCase()),
    (value) => nearest(value, values, (found) => `Did you mean ${found}?`),
  )
}

const words = new Map([
  ...['true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', 'no', 'off'].map((word) => [word, false] as const),
])

export function flag() {
  return scalar('yes or no', (value) => words.get(value.toLowerCase()))
}

export function number(min: number, max: number) {
  return scalar(`a number from ${min} to ${max}`, (value) => within(value, /^-?\d{1,12}(?:\.\d{1,9})?$/, min, max))
}

export function whole(min: number, max: number) {
  return scalar(`a whole number from ${min} to ${max}`, (value) => within(value, /^\d{1,12}$/, min, max))
}

function within(value: string, form: RegExp, min: number, max: number): number | undefined {
  const found = form.test(value) ? Number(value) : Number.NaN
  return found >= min && found <= max ? found : undefined
}

/** A path below the one host that credentials are for, with the place of somebody's name in it. */
export function repository() {
  const type = 'a path such as ece408/{assignment}-{username} or ece408/{assignment}-{team}'
  const form = /^(?:[A-Za-z0-9._-]|\/|\{(?:assignment|username|team)\})+$/
  return scalar(type, (value) => {
    const people = value.match(/\{(?:username|team)\}/g) ?? []
    const whole = /^[^/]+(?:\/[^/]+)+$/.test(value) && !value.includes('..')
    return form.test(value) && whole && people.length === 1 ? value : undefined
  })
}

/** Milliseconds. */
export function duration() {
  return scalar('a duration such as 90s, 15m or 1h', parseDuration)
}

/** Milliseconds, and not none. */
export function span() {
  return scalar('a duration such as 90s, 15m or 1h, and not 0', (value) => parseDuration(value) || undefined)
}

/** Bytes. */
export function size() {
  return scalar('a size such as 512mb or 2gb', (value) => parseSize(value) || undefined)
}

export function list<T extends z.ZodType>(item: T, most = 1000) {
  return z
    .array(item, { error: 'has to be a list, with each item on a line after “- ”' })
    .max(most, { error: `has more than ${most} entries` })
}

/** A map in which only these keys may stand. */
export function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return undefined
      return issue.input === undefined ? 'is missing' : `has to be a map with the keys ${Object.keys(shape).join(', ')}`
    },
  })
}
