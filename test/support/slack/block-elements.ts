import { z } from 'zod'

/** The parts of Block Kit that sit inside blocks, with the lengths Slack documents. Unknown keys are refused. */

const id = z.string().min(1).max(255)

export const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() })

export const text = (max: number) =>
  z.discriminatedUnion('type', [
    plain(max),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(max),
      verbatim: z.boolean().optional(),
    }),
  ])

const style = z.enum(['primary', 'danger']).optional()

const confirm = z.strictObject({
  title: plain(100),
  text: text(300),
  confirm: plain(30),
  deny: plain(30),
  style,
})

const option = z.strictObject({
  text: text(75),
  value: z.string().max(150),
  description: text(75).optional(),
  url: z.string().max(3000).optional(),
})
const options = z.array(option).min(1).max(100)

const common = { action_id: id, focus_on_load: z.boolean().optional() }
const chooser = { ...common, placeholder: plain(150).optional(), confirm: confirm.optional() }

const button = z.strictObject({
  type: z.literal('button'),
  action_id: id.optional(),
  text: plain(75),
  url: z.url().max(3000).optional(),
  value: z.string().max(2000).optional(),
  style,
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
})

const image = z.strictObject({
  type: z.literal('image'),
  image_url: z.string().max(3000),
  alt_text: z.string().max(2000),
})

const selects = [
  z.strictObject({ type: z.literal('static_select'), ...chooser, options, initial_option: option.optional() }),
  z.strictObject({
    type: z.literal('multi_static_select'),
    ...chooser,
    options,
    initial_options: z.array(option).optional(),
    max_selected_items: z.int().min(1).optional(),
  }),
  z.strictObject({ type: z.literal('users_select'), ...chooser, initial_user: z.string().optional() }),
  z.strictObject({ type: z.literal('channels_select'), ...chooser, initial_channel: z.string().optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...chooser,
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({ type: z.literal('overflow'), action_id: id, options: options.max(5), confirm: confirm.optional() }),
] as const

const choices = [
  z.strictObject({
    type: z.literal('checkboxes'),
    ...common,
    options: options.max(10),
    initial_options: z.array(option).optional(),
    confirm: confirm.optional(),
  }),
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...common,
    options: options.max(10),
    initial_option: option.optional(),
    confirm: confirm.optional(),
  }),
] as const

const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...common,
  placeholder: plain(150).optional(),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  dispatch_action_config: z.record(z.string(), z.unknown()).optional(),
})

const fileInput = z.strictObject({
  type: z.literal('file_input'),
  action_id: id,
  filetypes: z.array(z.string()).optional(),
  max_files: z.int().min(1).max(10).optional(),
})

export const actionElement = z.discriminatedUnion('type', [button, ...selects, ...choices])
export const accessory = z.discriminatedUnion('type', [button, image, ...selects, ...choices])
export const inputElement = z.discriminatedUnion('type', [textInput, fileInput, ...selects, ...choices])
export const contextElement = z.discriminatedUnion('type', [image, ...text(2000).options])

export type Element = z.infer<typeof accessory> | z.infer<typeof inputElement>
