import { isScalar } from 'yaml'
import { type Field, isAbsent, kindOf } from './fields.ts'
import { parseBytes, parseDuration } from './quantities.ts'
import type { Report } from './report.ts'

/**
 * The readers of single values. Each returns `undefined` when nothing is written, and also after reporting an error:
 * whoever reads a file looks at `report.errors` before using what came out.
 */
export function readText(report: Report, field: Field | undefined): string | undefined {
  if (field === undefined || isAbsent(field.node)) return undefined
  const { node, path, place } = field
  if (isScalar(node) && typeof node.value === 'string') return node.value.trim()
  return report.error(place, `\`${path}\` has to be a single value, and is ${kindOf(node)}.`)
}

const yes = new Set(['true', 'yes', 'on', 'y'])
const no = new Set(['false', 'no', 'off', 'n'])

/** `yes`, `on`, `no` and `off` are booleans, as they were in the YAML of the original. */
export function readFlag(report: Report, field: Field | undefined): boolean | undefined {
  const text = readText(report, field)?.toLowerCase()
  if (field === undefined || text === undefined) return undefined
  if (yes.has(text)) return true
  if (no.has(text)) return false
  return report.error(field.place, `\`${field.path}\` is \`${report.quote(field.place)}\`, and can be true or false.`)
}

export function readCount(report: Report, field: Field | undefined, most: number): number | undefined {
  const text = readText(report, field)
  if (field === undefined || text === undefined) return undefined
  const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (count <= most) return count
  const problem = `\`${field.path}\` is \`${report.quote(field.place)}\`, and can be a whole number from 0 to ${most}.`
  return report.error(field.place, problem)
}

/** Milliseconds. Zero means unset, as in the original. */
export function readDuration(report: Report, field: Field | undefined): number | undefined {
  const text = readText(report, field)
  if (field === undefined || text === undefined) return undefined
  const duration = parseDuration(text)
  if (duration === undefined) {
    const problem = `\`${field.path}\` is \`${report.quote(field.place)}\`, which is not a time.`
    return report.error(field.place, problem, 'Write it with a unit: 90s, 30m, 1h30m.')
  }
  if (duration.note !== undefined) report.warn(field.place, `\`${field.path}\` ${duration.note}`, 'Write a unit: 30m.')
  return duration.ms === 0 ? undefined : duration.ms
}

/** Zero means unset, as in the original. */
export function readBytes(report: Report, field: Field | undefined): number | undefined {
  const text = readText(report, field)
  if (field === undefined || text === undefined) return undefined
  const bytes = parseBytes(text)
  if (bytes === 0) return undefined
  if (bytes !== undefined && bytes >= 1024) return bytes
  const found = report.quote(field.place)
  const problem =
    bytes === undefined ? `\`${found}\`, which is not a size.` : `${bytes} bytes, which is too small to mean.`
  return report.error(field.place, `\`${field.path}\` is ${problem}`, 'Write it with a unit: 512mb, 4gb.')
}
