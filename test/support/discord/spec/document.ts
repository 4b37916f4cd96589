import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { corrections } from './gaps.ts'

/** Discord's description of its HTTP API, beside the project; or nowhere, and then nothing can be checked. */
const file = resolve(import.meta.dirname, '../../../../../shared/specs/discord-openapi.json')

const content = z.record(z.string(), z.object({ schema: z.looseObject({}) }))

const operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional(),
  requestBody: z.object({ content, required: z.boolean().optional() }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: content.optional(), $ref: z.string().optional() })),
})

export type Operation = z.infer<typeof operation> & { readonly method: string; readonly path: string }
export type Schema = Readonly<Record<string, unknown>>

export interface Document {
  readonly schemas: Readonly<Record<string, Schema>>
  readonly operations: ReadonlyMap<string, Operation>
}

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const

const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), z.looseObject({})),
  }),
})

const operationsOf = (paths: z.infer<typeof document>['paths']): Map<string, Operation> => {
  const operations = new Map<string, Operation>()
  for (const [path, item] of Object.entries(paths))
    for (const method of methods) {
      if (item[method] === undefined) continue
      const parsed = operation.parse(item[method])
      operations.set(parsed.operationId, { ...parsed, method: method.toUpperCase(), path })
    }
  return operations
}

const record = z.record(z.string(), z.unknown())

/** The description with its known mistakes put right. */
const amended = (schemas: Record<string, Schema>): Document['schemas'] => {
  const all = { ...schemas }
  for (const { schema: name, property, is } of corrections) {
    const schema = all[name] ?? {}
    const properties = record.parse(schema.properties ?? {})
    all[name] = { ...schema, properties: { ...properties, [property]: is } }
  }
  return all
}

/** Reads the description, if it is there. */
export const readDocument = (): Document | undefined => {
  if (!existsSync(file)) return undefined
  const { paths, components } = document.parse(JSON.parse(readFileSync(file, 'utf8')))
  return { schemas: amended(components.schemas), operations: operationsOf(paths) }
}
