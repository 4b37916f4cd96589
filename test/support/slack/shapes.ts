import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

type Folder = 'api' | 'events' | 'app-backend'

/** Holds answers and payloads against what the real platform was recorded to send: keys and types, at any depth. */
export interface Shapes {
  /** False where the recordings are missing; nothing is checked then. */
  readonly present: boolean
  /** Every deviation, as a path and what is wrong there; undefined when nothing describes `name`. */
  deviations(folder: Folder, name: string, value: unknown): string[] | undefined
}

/** What @slack/types documents and the platform sends, but none of the recordings happened to hold. */
const gaps = [
  /\.app_id: never seen$/,
  /^AppMentionPayload\.event\.(files\b|parent_user_id: never seen$)/,
  /^MessageFileSharePayload\.event\.bot_(id|profile): never seen$/,
  /^[A-Za-z]+Payload\.(event\.)?view\.blocks: never seen$/,
  // the bot's own blocks coming back: block-elements.ts and blocks.ts hold those against Block Kit
  /\.blocks\[\d+\]/,
  // documented with messages, and recorded with none that an app wrote
  /\.metadata(\.event_payload)?: never seen$/,
  /^users\.lookupByEmail\.user\.is_stranger: never seen$/,
]

const root = resolve(import.meta.dirname, '../../../../shared/specs/slack')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

const inRecord = (value: Record<string, unknown>, samples: Record<string, unknown>[], path: string): string[] => {
  if (samples.every((sample) => Object.keys(sample).length === 0)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = samples.filter((sample) => key in sample).map((sample) => sample[key])
    return known.length === 0 ? [`${path}.${key}: never seen`] : deviate(inner, known, `${path}.${key}`)
  })
}

/** `samples` are alternatives: a value fits when each of its parts was seen in one of them. Empty ones leave it open. */
const deviate = (value: unknown, samples: unknown[], path: string): string[] => {
  if (value === null || value === undefined || samples.some((sample) => sample === null)) return []
  const alike = samples.filter((sample) => kindOf(sample) === kindOf(value))
  if (alike.length === 0) return [`${path}: ${kindOf(value)} where only ${kindOf(samples[0])} was seen`]
  if (isRecord(value)) return inRecord(value, alike.filter(isRecord), path)
  if (!Array.isArray(value)) return []
  const inner = alike.filter(Array.isArray).flat()
  return inner.length === 0 ? [] : value.flatMap((item, at) => deviate(item, inner, `${path}[${at}]`))
}

export const loadShapes = (folder = root): Shapes => {
  const samples = new Map<string, unknown>()
  const sampleOf = (file: string): unknown => {
    if (!samples.has(file)) samples.set(file, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
    return samples.get(file)
  }
  return {
    present: existsSync(folder),
    deviations(kind, name, value) {
      const sample = sampleOf(join(folder, kind, `${name}.json`))
      if (sample === undefined) return undefined
      return deviate(value, [sample], name).filter((deviation) => !gaps.some((gap) => gap.test(deviation)))
    },
  }
}
