import type { Component, Json, Message } from '../model.ts'
import type { World } from '../world.ts'
import { linkTo } from './file.ts'

/** Discord's numbers for the kinds of components. */
export const kinds = {
  row: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
} as const

/** Only in messages of the second kind (`IsComponentsV2`). */
export const newKinds: readonly number[] = [9, 10, 11, 12, 13, 14, 17]

/** A component and all within it, outermost first. */
export const everyComponent = (components: readonly Component[]): readonly Component[] =>
  components.flatMap((component) => [
    component,
    ...everyComponent(component.components ?? []),
    ...everyComponent(component.accessory ? [component.accessory] : []),
    ...everyComponent(component.component ? [component.component] : []),
  ])

const withoutEmpty = (component: Json): Json =>
  Object.fromEntries(Object.entries(component).filter(([, value]) => value !== null && value !== undefined))

const urlOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'url' in value ? String(value.url) : ''

/** The file of this message that `attachment://…` means. */
const fileNamed = ({ attachments }: Message, value: unknown) =>
  attachments.find(({ name }) => urlOf(value) === `attachment://${name}`)

const media = (world: World, message: Message, value: unknown): Json => {
  const file = fileNamed(message, value)
  const address = file ? linkTo(world, file) : urlOf(value)
  return { id: file?.id ?? '0', url: address, proxy_url: address, ...(file ? { attachment_id: file.id } : {}) }
}

const completed = (message: Message, component: Component): Json => {
  const named = fileNamed(message, component.file)
  const extras: Readonly<Record<number, () => Json>> = {
    [kinds.stringSelect]: () => ({ min_values: 1, max_values: 1 }),
    [kinds.container]: () => ({ accent_color: null, spoiler: false }),
    [kinds.separator]: () => ({ spacing: 1, divider: true }),
    [kinds.thumbnail]: () => ({ description: null, spoiler: false }),
    [kinds.file]: () => ({ name: named?.name ?? null, size: named?.bytes.length ?? null, spoiler: false }),
  }
  return extras[component.type]?.() ?? {}
}

const unfurled = (world: World, message: Message, component: Component): Json => {
  if (component.type === kinds.file) return { file: media(world, message, component.file) }
  if (component.type === kinds.thumbnail) return { media: media(world, message, component.media) }
  if (component.type !== kinds.gallery || !Array.isArray(component.items)) return {}
  const items = component.items.map((item: Json) => ({
    description: item.description ?? null,
    spoiler: item.spoiler ?? false,
    media: media(world, message, item.media),
  }))
  return { items }
}

/** Discord numbers the components that came without an id, and fills in what was left out. */
export const wireComponents = (world: World, message: Message): Json[] => {
  let next = 1
  const taken = new Set(everyComponent(message.components).map(({ id }) => id))
  const number = (): number => {
    while (taken.has(next)) next += 1
    return next++
  }
  const wire = (component: Component): Json => ({
    ...completed(message, component),
    ...withoutEmpty(component),
    id: component.id ?? number(),
    ...unfurled(world, message, component),
    ...(component.components ? { components: component.components.map(wire) } : {}),
    ...(component.accessory ? { accessory: wire(component.accessory) } : {}),
  })
  return message.components.map(wire)
}
