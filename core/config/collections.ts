import { z } from 'zod'
import { fields } from './fields.ts'

const entry = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim())
const described = { secret: false, path: false }

/** A YAML list; one line of text is cut at commas, which is how an environment variable writes it. */
export function list(description: string, byDefault: readonly string[], check?: (value: string) => string | undefined) {
  const type = 'a list of texts'
  return z
    .unknown()
    .transform((value, context) => {
      const parsed = z
        .array(entry)
        .max(1_000)
        .safeParse(typeof value === 'string' ? value.split(',') : value)
      const entries = parsed.success ? parsed.data.filter((one) => one !== '') : []
      const wrong = parsed.success ? entries.map((one) => check?.(one)).filter((one) => one !== undefined) : []
      if (!parsed.success) wrong.push('must be a list of texts, one a line after "- "')
      for (const message of wrong) context.addIssue({ code: 'custom', message })
      return wrong.length === 0 ? entries : z.NEVER
    })
    .prefault([...byDefault])
    .register(fields, { ...described, description, type, shownDefault: byDefault.join(', ') })
}

const name = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Environment variables: a YAML map, a list of `NAME=value`, or one line of them with commas between. */
export function variables(description: string) {
  const type = 'a map of names and texts'
  return z
    .unknown()
    .transform((value, context) => {
      const parsed = z.record(z.string().regex(name), entry).safeParse(asMap(value))
      if (parsed.success) return parsed.data
      context.addIssue({
        code: 'custom',
        message: 'must be a map of variable names and texts, such as "OMP_NUM_THREADS: 4"',
      })
      return z.NEVER
    })
    .prefault({})
    .register(fields, { ...described, description, type, shownDefault: '' })
}

function asMap(value: unknown): unknown {
  const pairs = z.array(z.string()).safeParse(typeof value === 'string' ? value.split(',') : value)
  if (!pairs.success) return value
  return Object.fromEntries(pairs.data.filter((pair) => pair !== '').map(splitPair))
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1)]
}

const endpoint = /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):(\d{1,5})$/

/** `host:port` each. */
export function endpoints(description: string, port: number) {
  return list(description, [], (value) => {
    const found = endpoint.exec(value)
    if (found !== null && Number(found[2]) >= 1 && Number(found[2]) <= 65_535) return undefined
    return `"${withoutCredentials(value)}" is not an endpoint; write host:port, such as db.example.edu:${port}`
  })
}

/** People write whole URLs here, and those hold passwords. */
function withoutCredentials(value: string): string {
  return value.replace(/^.*@/s, '…@')
}
