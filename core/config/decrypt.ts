import { type ConfigProblem, messageOf } from '../errors.ts'
import { decryptValue, encryptedFormat } from '../secret/encrypted-value.ts'
import type { FoundSecret } from '../secret/find-secret.ts'
import { WrongSecret } from '../secret/wrong-secret.ts'
import { type Entry, keyOf } from './entry.ts'

export interface Decrypted {
  readonly entries: readonly Entry[]
  readonly problems: readonly ConfigProblem[]
  readonly notices: readonly string[]
  /** Keys whose value was encrypted. What they hold is in no message. */
  readonly encrypted: ReadonlySet<string>
}

/** Decrypts every encrypted text, whatever its key. */
export async function decryptEntries(entries: readonly Entry[], found: FoundSecret | undefined): Promise<Decrypted> {
  const encrypted = entries.filter(({ value }) => formatsIn(value).length > 0)
  const old = encrypted.filter(({ value }) => formatsIn(value).includes('original')).map(keyOf)
  const results = await Promise.all(entries.map((entry) => decryptEntry(entry, found)))
  return {
    entries: results.flatMap(({ entry }) => (entry ? [entry] : [])),
    problems: results.flatMap(({ problem }) => (problem ? [problem] : [])),
    notices: old.length === 0 ? [] : [oldFormatNotice(old)],
    encrypted: new Set(encrypted.map(keyOf)),
  }
}

async function decryptEntry(
  entry: Entry,
  found: FoundSecret | undefined,
): Promise<{ readonly entry?: Entry; readonly problem?: ConfigProblem }> {
  if (formatsIn(entry.value).length === 0) return { entry }
  if (found === undefined) return { problem: problemOf(entry, withoutSecret) }
  try {
    return { entry: { ...entry, value: await decryptDeep(entry.value, found.secret) } }
  } catch (error) {
    if (!(error instanceof WrongSecret)) throw error
    return { problem: problemOf(entry, `cannot be decrypted with the secret from ${found.from}: ${messageOf(error)}`) }
  }
}

const withoutSecret =
  'is encrypted, but there is no app secret; put it into RAI_SECRET or ~/.rai_secret (or give it with -s)'

function problemOf(entry: Entry, problem: string): ConfigProblem {
  const { name: origin, line } = entry.origin
  return { key: keyOf(entry), origin, problem, ...(line !== undefined && { line }) }
}

function oldFormatNotice(keys: readonly string[]): string {
  const [are, they] = keys.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `${keys.join(', ')} ${are} encrypted in the old format, which nothing protects from changes; write ${they} anew with \`rai crypto encrypt\`.`
}

function formatsIn(value: unknown): unknown[] {
  if (typeof value === 'string') return [encryptedFormat(value)].filter((format) => format !== undefined)
  return childrenOf(value).flatMap(([, child]) => formatsIn(child))
}

async function decryptDeep(value: unknown, secret: string): Promise<unknown> {
  if (typeof value === 'string') return decryptValue(value, secret)
  const children = await Promise.all(
    childrenOf(value).map(async ([key, child]) => [key, await decryptDeep(child, secret)] as const),
  )
  return Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

function childrenOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
