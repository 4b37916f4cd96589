import { parseDuration } from './duration.ts'
import { fields, plain, readable } from './fields.ts'
import { parseSize } from './size.ts'

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
