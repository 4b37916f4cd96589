import { z } from 'zod'
import type { Component, Embed } from '../model.ts'

const nullishText = z.string().nullish()

const embed: z.ZodType<Embed> = z.looseObject({
  title: nullishText,
  description: nullishText,
  footer: z.looseObject({ text: nullishText }).nullish(),
  author: z.looseObject({ name: nullishText }).nullish(),
  fields: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
})

export const component: z.ZodType<Component> = z.looseObject({
  type: z.number().int(),
  id: z
    .number()
    .int()
    .nullish()
    .transform((id) => id ?? undefined),
  custom_id: z.string().optional(),
  get components() {
    return z.array(component).optional()
  },
  get accessory() {
    return component.optional()
  },
  get component() {
    return component.optional()
  },
})

const allowedMentions = z.object({
  parse: z.array(z.enum(['everyone', 'users', 'roles'])).optional(),
  users: z.array(z.string()).nullish(),
  roles: z.array(z.string()).nullish(),
  replied_user: z.boolean().nullish(),
})
export type AllowedMentions = z.infer<typeof allowedMentions>

/** What a message is made from, in any of the routes that make or change one. */
export const messageRequest = z.looseObject({
  content: nullishText,
  embeds: z.array(embed).nullish(),
  components: z.array(component).nullish(),
  flags: z.number().int().nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  allowed_mentions: allowedMentions.nullish(),
  attachments: z.array(z.looseObject({ id: z.coerce.string(), filename: nullishText })).nullish(),
  message_reference: z.looseObject({ message_id: z.string(), fail_if_not_exists: z.boolean().nullish() }).nullish(),
})
export type MessageRequest = z.infer<typeof messageRequest>

/** A file of a multipart request; `index` from its `files[index]`. */
export interface Upload {
  readonly index: string
  readonly name: string
  readonly contentType: string | undefined
  readonly bytes: Buffer
}
