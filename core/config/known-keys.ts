import { type Field, fields } from './fields.ts'
import { sections } from './schema.ts'

export interface KnownKey {
  readonly section: string
  readonly key: string
  /** `docker.memory_limit` */
  readonly name: string
  /** `RAI_DOCKER_MEMORY_LIMIT` */
  readonly variable: string
  readonly field: Field
}

/** Every key of the schema, in its order. */
export const knownKeys: readonly KnownKey[] = Object.entries(sections).flatMap(([section, { shape }]) =>
  Object.entries(shape).map(([key, schema]) => {
    const field = fields.get(schema)
    if (field === undefined) throw new TypeError(`${section}.${key} has no description`)
    return { section, key, name: `${section}.${key}`, variable: variableOf(section, key), field }
  }),
)

export const sectionNames: readonly string[] = Object.keys(sections)

function variableOf(section: string, key: string): string {
  return `RAI_${section}_${key}`.toUpperCase()
}
