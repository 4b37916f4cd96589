import type { Channel, Component, Json } from '../model.ts'
import { everyComponent, kinds } from '../wire/components.ts'
import { wireFile } from '../wire/file.ts'
import type { World } from '../world.ts'
import { type Attachment, upload } from './attachment.ts'

/** What somebody enters in a form, by `custom_id`: a text, chosen values, or files. */
export type Entries = Readonly<Record<string, string | readonly string[] | readonly Attachment[]>>

interface Filled {
  readonly components: readonly Json[]
  readonly resolved: Json
}

const isFiles = (entry: Entries[string] | undefined): entry is readonly Attachment[] =>
  Array.isArray(entry) && entry.every((each) => typeof each === 'object')

const isValues = (entry: Entries[string] | undefined): entry is readonly string[] =>
  Array.isArray(entry) && entry.every((each) => typeof each === 'string')

const between = (value: number, min: unknown, max: unknown, what: string): void => {
  if ((typeof min === 'number' && value < min) || (typeof max === 'number' && value > max))
    throw new Error(`${what}: ${value} is not between ${min} and ${max}`)
}

const enterText = (input: Component, entry: Entries[string] | undefined): Json => {
  const { value: prefilled, min_length, max_length, required = true } = input
  const value = entry ?? prefilled ?? ''
  if (typeof value !== 'string') throw new Error(`${input.custom_id} takes a text`)
  if (value === '' && required !== false) throw new Error(`${input.custom_id} is required`)
  if (value !== '') between(value.length, min_length, max_length ?? 4000, `${input.custom_id}`)
  return { value }
}

/** A select, in a form or in a message, lets nobody choose more than it offers. */
export const checkChoice = (select: Component, chosen: readonly string[]): void => {
  checkCount(select, chosen.length)
  checkChosen(select, chosen)
}

/** An input takes one at least, unless it says otherwise. */
const checkCount = ({ custom_id, min_values, max_values, required = true }: Component, count: number): void => {
  if (count === 0 && required === false) return
  between(count, min_values ?? 1, max_values ?? 1, `${custom_id}`)
}

const checkChosen = ({ custom_id, options }: Component, chosen: readonly string[]): void => {
  const known: unknown[] = Array.isArray(options) ? options.map((option: Json) => option.value) : [...chosen]
  const unknown = chosen.filter((value) => !known.includes(value))
  if (unknown.length > 0) throw new Error(`${custom_id} does not offer ${unknown.join(', ')}`)
}

const checkEntries = (inputs: readonly Component[], entries: Entries): void => {
  const unknown = Object.keys(entries).filter((id) => !inputs.some(({ custom_id }) => custom_id === id))
  if (unknown.length > 0) throw new Error(`the form has no ${unknown.join(', ')}`)
}

/** Fills in a form as Discord's own client lets one. */
export const fillInForm = (world: World, channel: Channel, form: readonly Component[], entries: Entries): Filled => {
  checkEntries(everyComponent(form), entries)
  const attachments: Json = {}
  const enterFiles = (input: Component, entry: Entries[string] | undefined): Json => {
    const files = isFiles(entry) ? entry : []
    checkCount(input, files.length)
    const kept = files.map((file) => upload(world, channel, file, true))
    for (const file of kept) attachments[file.id] = wireFile(world, file)
    return { values: kept.map(({ id }) => id) }
  }
  const choose = (input: Component, entry: Entries[string] | undefined): Json => {
    const chosen = isValues(entry) ? entry : []
    checkChoice(input, chosen)
    return { values: chosen }
  }
  const enter = (input: Component): Json => {
    const entry = entries[input.custom_id ?? '']
    if (input.type === kinds.textInput) return enterText(input, entry)
    return input.type === kinds.fileUpload ? enterFiles(input, entry) : choose(input, entry)
  }
  let id = 0
  const wire = (part: Component): Json => {
    id += 1
    const about = { type: part.type, id: part.id ?? id }
    if (part.component) return { ...about, component: wire(part.component) }
    if (part.components) return { ...about, components: part.components.map(wire) }
    return part.custom_id === undefined ? about : { ...about, custom_id: part.custom_id, ...enter(part) }
  }
  const components = form.map(wire)
  return { components, resolved: Object.keys(attachments).length > 0 ? { attachments } : {} }
}
