import { z } from 'zod'
import { courseFileSchema } from './schema.ts'

/** What may stand in a place of course.yml, found in its schema. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<readonly z.core.$ZodType[]>(
    (schemas, part) => schemas.flatMap((schema) => below(schema, part)),
    [courseFileSchema],
  )
  return found
    .flatMap((schema) => unwrap(schema))
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))
}

function below(schema: z.core.$ZodType, part: PropertyKey): readonly z.core.$ZodType[] {
  return unwrap(schema).flatMap((one) => {
    if (one instanceof z.ZodObject) return one.shape[String(part)] ?? []
    if (one instanceof z.ZodRecord) return one.valueType
    return one instanceof z.ZodArray ? one.element : []
  })
}

/** What is optional as if it were not, and each of several forms. */
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodExactOptional) return unwrap(schema.unwrap())
  return schema instanceof z.ZodUnion ? schema.options.flatMap(unwrap) : [schema]
}
