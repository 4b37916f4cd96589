import { z } from 'zod'

/** One line of what an engine says while it pulls, builds or pushes. */
const eventSchema = z.looseObject({
  /** Of a layer. */
  id: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  /** What a build prints. */
  stream: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  progressDetail: z
    .looseObject({ current: z.number().optional(), total: z.number().optional() })
    .optional()
    .catch(undefined),
  /** From the engine itself, never from what runs in a build. */
  aux: z.looseObject({ ID: z.string().optional(), Digest: z.string().optional() }).optional().catch(undefined),
})
export type EngineEvent = z.output<typeof eventSchema>

const longestLine = 1024 * 1024

/** Cuts the engine's stream into events. Rejects when a line is not JSON or longer than 1 MB; it then reads no more. */
export async function* readEvents(stream: NodeJS.ReadableStream): AsyncGenerator<EngineEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new Error('the engine sent a line that does not end')
    for (const line of lines) if (line.trim() !== '') yield eventSchema.parse(JSON.parse(line))
  }
  if (rest.trim() !== '') yield eventSchema.parse(JSON.parse(rest))
}
