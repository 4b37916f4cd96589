import { z } from 'zod'

/** The first entry of a backup. Readers accept this version. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** Of RAI. */
  program: z.string(),
  /** ISO 8601. */
  takenAt: z.string(),
  database: z.enum(['sqlite', 'postgres']),
  /** Whether the objects of the folder store are in it. */
  store: z.boolean(),
})
export type Manifest = z.infer<typeof manifestSchema>

/** Names of a backup's entries. */
export const manifestName = 'manifest.json'
export const databaseName = 'database'
export const secretName = 'secret'
export const objectsName = 'objects/'
