import { z } from 'zod'

/** What Slack sends, as far as RAI reads it. */

const fileSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  size: z.number().optional(),
})
export type FileEvent = z.infer<typeof fileSchema>

/** Messages and mentions alike. */
export const messageSchema = z.object({
  user: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string().default(''),
  files: z.array(fileSchema).max(100).default([]),
})
export type MessageEvent = z.infer<typeof messageSchema>

export const pressSchema = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  container: z.object({
    type: z.string(),
    message_ts: z.string().optional(),
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    view_id: z.string().optional(),
  }),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string(), value: z.string().optional() })).min(1),
})
export type Press = z.infer<typeof pressSchema>

export const shortcutSchema = z.object({
  user: z.object({ id: z.string() }),
  response_url: z.string(),
  message_ts: z.string(),
  action_ts: z.string(),
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  message: z.object({ text: z.string().default(''), files: z.array(fileSchema).max(100).default([]) }),
})

const entry = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  files: z.array(fileSchema).max(10).nullish(),
})

export const filledFormSchema = z.object({
  id: z.string(),
  private_metadata: z.string(),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), entry)) }),
})
export type FilledForm = z.infer<typeof filledFormSchema>

/** What was entered into one field; undefined when nothing was. */
export function entered({ state }: FilledForm, field: string): string | undefined {
  const value = state.values[field]?.[field]?.value?.trim()
  return value === '' ? undefined : (value ?? undefined)
}

export function chosen({ state }: FilledForm, field: string): string | undefined {
  return state.values[field]?.[field]?.selected_option?.value
}

export function handedIn({ state }: FilledForm, field: string): readonly FileEvent[] {
  return state.values[field]?.[field]?.files ?? []
}
