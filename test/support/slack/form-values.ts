import type { Element } from './block-elements.ts'
import { type Block, elementsOf } from './blocks.ts'
import type { View } from './model.ts'
import type { Json } from './wire.ts'

/** A file a person hands in. */
export interface Attachment {
  readonly name: string
  readonly bytes: Buffer | string
}

/** What a person enters, by `action_id`: text, the chosen value or id, several values, or files. */
export type Entry = string | readonly string[] | readonly Attachment[]
export type Entries = Readonly<Record<string, Entry>>

/** Keeps an attachment as a file of the workspace and tells its JSON. */
export type KeepFile = (attachment: Attachment) => Json

const isAttachment = (item: string | Attachment): item is Attachment => typeof item !== 'string'

const listOf = (entry: Entry | undefined): (string | Attachment)[] => {
  if (entry === undefined) return []
  return typeof entry === 'string' ? [entry] : [...entry]
}

type Optioned = Extract<Element, { options: unknown }>

const optionOf = (element: Optioned, value: string): Json => {
  const option = element.options.find((each) => each.value === value)
  if (!option) throw new Error(`${element.action_id} offers no ${value}`)
  return option
}

const selectedOptions = (element: Optioned, entry: Entry | undefined): Json[] =>
  listOf(entry)
    .filter((item) => typeof item === 'string')
    .map((value) => optionOf(element, value))

/** One value of `view.state`, or what an action says was chosen. */
export const entered = (element: Element, entry: Entry | undefined, keep: KeepFile): Json => {
  const [first] = listOf(entry)
  const chosen = typeof first === 'string' ? first : undefined
  switch (element.type) {
    case 'plain_text_input':
      return { type: element.type, value: chosen ?? element.initial_value ?? null }
    case 'static_select':
    case 'radio_buttons':
      return {
        type: element.type,
        selected_option: chosen === undefined ? (element.initial_option ?? null) : optionOf(element, chosen),
      }
    case 'multi_static_select':
    case 'checkboxes':
      return {
        type: element.type,
        selected_options: entry === undefined ? (element.initial_options ?? []) : selectedOptions(element, entry),
      }
    case 'overflow':
      return { type: element.type, selected_option: chosen === undefined ? null : optionOf(element, chosen) }
    case 'users_select':
      return { type: element.type, selected_user: chosen ?? element.initial_user ?? null }
    case 'channels_select':
      return { type: element.type, selected_channel: chosen ?? element.initial_channel ?? null }
    case 'conversations_select':
      return { type: element.type, selected_conversation: chosen ?? element.initial_conversation ?? null }
    case 'file_input':
      return { type: element.type, files: listOf(entry).filter(isAttachment).map(keep) }
    case 'button':
    case 'image':
      return {}
  }
}

const isEmpty = (value: Json): boolean =>
  Object.entries(value).every(
    ([key, part]) => key === 'type' || part === null || (Array.isArray(part) && part.length === 0),
  )

const checkEntry = (block: Block, element: Element, value: Json): void => {
  if (block.type !== 'input') return
  if (block.optional !== true && isEmpty(value))
    throw new Error(`Slack would not submit: "${block.label.text}" is required`)
  if (element.type !== 'plain_text_input' || typeof value.value !== 'string') return
  const { min_length = 0, max_length = 3000 } = element
  if (value.value !== '' && (value.value.length < min_length || value.value.length > max_length))
    throw new Error(`Slack would not submit: "${block.label.text}" takes ${min_length} to ${max_length} characters`)
}

/** `view.state.values` after a person filled the view in. Throws where Slack's own form would refuse. */
export const fillIn = (view: View, entries: Entries, keep: KeepFile): Json => {
  const unused = new Set(Object.keys(entries))
  const values: Record<string, Record<string, Json>> = {}
  for (const block of view.blocks)
    for (const element of elementsOf(block)) {
      if (element.type === 'button' || element.type === 'image') continue
      const value = entered(element, entries[element.action_id], keep)
      checkEntry(block, element, value)
      unused.delete(element.action_id)
      values[block.block_id ?? ''] = { ...values[block.block_id ?? ''], [element.action_id]: value }
    }
  if (unused.size > 0) throw new Error(`the view has no field ${[...unused].join(', ')}`)
  return values
}
