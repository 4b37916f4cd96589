import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { violation } from './api-error.ts'
import { accessory, actionElement, contextElement, type Element, inputElement, plain, text } from './block-elements.ts'

const common = { block_id: z.string().min(1).max(255).optional() }

const block = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('section'),
      ...common,
      text: text(3000).optional(),
      fields: z.array(text(2000)).min(1).max(10).optional(),
      accessory: accessory.optional(),
      expand: z.boolean().optional(),
    })
    .refine((section) => section.text ?? section.fields, 'a section needs text or fields'),
  z.strictObject({ type: z.literal('divider'), ...common }),
  z.strictObject({ type: z.literal('header'), ...common, text: plain(150) }),
  z.strictObject({ type: z.literal('context'), ...common, elements: z.array(contextElement).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), ...common, elements: z.array(actionElement).min(1).max(25) }),
  z.strictObject({ type: z.literal('markdown'), ...common, text: z.string().min(1).max(12_000) }),
  z.strictObject({ type: z.literal('rich_text'), ...common, elements: z.array(z.looseObject({ type: z.string() })) }),
  z.strictObject({
    type: z.literal('image'),
    ...common,
    image_url: z.string().max(3000),
    alt_text: z.string().max(2000),
    title: plain(2000).optional(),
  }),
  z.strictObject({
    type: z.literal('input'),
    ...common,
    label: plain(2000),
    element: inputElement,
    hint: plain(2000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
])

export type Block = z.infer<typeof block>

/** Everything a person can press, choose or fill in within a block. */
export const elementsOf = (inside: Block): readonly Element[] => {
  if (inside.type === 'actions') return inside.elements
  if (inside.type === 'input') return [inside.element]
  return inside.type === 'section' && inside.accessory ? [inside.accessory] : []
}

const pointer = (issue: z.core.$ZodIssue): string =>
  `[ERROR] ${issue.message} [json-pointer:/blocks/${issue.path.join('/')}]`

const repeated = (values: readonly (string | undefined)[]): string | undefined => {
  const given = values.filter((value) => value !== undefined)
  return given.find((value, at) => given.indexOf(value) !== at)
}

const checkUnique = (blocks: readonly Block[]): void => {
  const twice =
    repeated(blocks.map((each) => each.block_id)) ??
    blocks
      .map((each) => repeated(elementsOf(each).flatMap((e) => ('action_id' in e ? [e.action_id] : []))))
      .find((id) => id !== undefined)
  if (twice !== undefined) throw violation('invalid_blocks', `[ERROR] ${twice} is used twice`)
}

const withId = <B extends Block>(each: B): B => ({
  ...each,
  block_id: each.block_id ?? randomBytes(4).toString('base64url'),
})

/** Checked, and with the ids Slack gives to blocks that have none. Throws `invalid_blocks`. */
export const readBlocks = (input: unknown, most: number): Block[] => {
  const { success, data, error } = z.array(block).max(most).safeParse(input)
  if (!success) throw violation('invalid_blocks', ...error.issues.map(pointer))
  checkUnique(data)
  const markdown = data.reduce((sum, each) => sum + (each.type === 'markdown' ? each.text.length : 0), 0)
  if (markdown > 12_000) throw violation('invalid_blocks', '[ERROR] more than 12000 characters of markdown in all')
  return data.map(withId)
}
