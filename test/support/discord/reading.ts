import type { Component, Message } from './model.ts'
import { everyComponent, kinds } from './wire/components.ts'

/** What people see of a message, for tests to look at. */

/** Every text of it, top to bottom: content, embeds, new components. */
export const textOf = ({ content, embeds, components }: Message): string => {
  const ofEmbeds = embeds.flatMap(({ author, title, description, fields, footer }) => [
    author?.name,
    title,
    description,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    footer?.text,
  ])
  const ofComponents = everyComponent(components).map(({ content: words }) => words)
  return [content, ...ofEmbeds, ...ofComponents].filter((text) => typeof text === 'string' && text !== '').join('\n')
}

export interface Button {
  readonly label: string
  readonly customId: string | undefined
  readonly url: string | undefined
  readonly disabled: boolean
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const toButton = ({ label, custom_id, url, disabled }: Component): Button => ({
  label: asText(label) ?? '',
  customId: custom_id,
  url: asText(url),
  disabled: disabled === true,
})

/** Its buttons, in order. */
export const buttonsOf = ({ components }: Message): readonly Button[] =>
  everyComponent(components)
    .filter(({ type }) => type === kinds.button)
    .map(toButton)
