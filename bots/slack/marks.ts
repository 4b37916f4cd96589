import { z } from 'zod'

/** What a message of ours carries unseen. Slack keeps it with the message and shows it to this app only. */
export interface Mark {
  readonly delivery: string
  readonly submission: string | undefined
}

const eventType = 'rai_message'

export function marked({ delivery, submission }: Mark) {
  return { event_type: eventType, event_payload: { delivery, ...(submission === undefined ? {} : { submission }) } }
}

const schema = z.object({
  event_type: z.literal(eventType),
  event_payload: z.object({ delivery: z.string(), submission: z.string().optional() }),
})

/** The mark of a message that the caller knows to be the bot's own: anybody may write metadata. */
export function readMark(metadata: unknown): Mark | undefined {
  const { success, data } = schema.safeParse(metadata)
  if (!success) return undefined
  return { delivery: data.event_payload.delivery, submission: data.event_payload.submission }
}

/** Files carry no metadata, so that of their delivery is in the name. */
export function fileNameOf(name: string, delivery: string): string {
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot < 1 ? [name, ''] : [name.slice(0, dot), name.slice(dot)]
  return `${stem}-${fileMark(delivery)}${ending}`
}

export function isFileOf(name: string, delivery: string): boolean {
  return name.includes(`-${fileMark(delivery)}`)
}

const fileMark = (delivery: string) => delivery.slice(0, 12)
