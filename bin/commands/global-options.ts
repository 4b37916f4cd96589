import type { Command } from 'commander'
import { z } from 'zod'

const schema = z.object({
  secret: z.string().optional(),
  config: z.string().optional(),
  debug: z.boolean().optional(),
  verbose: z.boolean().optional(),
})

/** `-s`, `--config`, `-d` and `-v`, wherever on the line they stood. */
export type GlobalOptions = z.infer<typeof schema>

export function globalOptions(command: Command): GlobalOptions {
  return schema.parse(command.optsWithGlobals())
}
