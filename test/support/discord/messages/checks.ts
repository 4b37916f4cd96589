import { circumstance, invalidForm, violation } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import type { Component, Embed } from '../model.ts'
import { everyComponent, kinds, newKinds } from '../wire/components.ts'
import { componentsV2 } from './flags.ts'
import type { Upload } from './request.ts'

/** A message as it would be after the request. */
export interface Draft {
  readonly content: string
  readonly embeds: readonly Embed[]
  readonly components: readonly Component[]
  readonly flags: number
  readonly files: number
}

const tooLong = (path: readonly string[], max: number) =>
  invalidForm(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)

const required = (path: readonly string[]) => invalidForm(path, 'BASE_TYPE_REQUIRED', 'This field is required')

const lengthOf = (...texts: readonly (string | null | undefined)[]): number =>
  texts.reduce((sum, text) => sum + (text ?? '').length, 0)

const embedLength = ({ title, description, footer, author, fields }: Embed): number =>
  lengthOf(title, description, footer?.text, author?.name) +
  (fields ?? []).reduce((sum, { name, value }) => sum + lengthOf(name, value), 0)

const embedParts = ({ title, description, footer, author }: Embed) =>
  [
    ['title', title, 256],
    ['description', description, 4096],
    ['footer', footer?.text, 2048],
    ['author', author?.name, 256],
  ] as const

const checkFields = ({ fields }: Embed, path: readonly string[]): void => {
  if ((fields ?? []).length > 25) throw tooLong([...path, 'fields'], 25)
  for (const [index, { name, value }] of (fields ?? []).entries()) {
    const at = [...path, 'fields', String(index)]
    if (name.length === 0) throw required([...at, 'name'])
    if (value.length === 0) throw required([...at, 'value'])
    if (name.length > 256) throw tooLong([...at, 'name'], 256)
    if (value.length > 1024) throw tooLong([...at, 'value'], 1024)
  }
}

const checkEmbeds = ({ embeds }: Draft, { embedsLength }: Limits): void => {
  if (embeds.length > 10) throw tooLong(['embeds'], 10)
  for (const [index, embed] of embeds.entries()) {
    const path = ['embeds', String(index)]
    for (const [name, text, max] of embedParts(embed))
      if ((text ?? '').length > max) throw tooLong([...path, name], max)
    checkFields(embed, path)
  }
  const total = embeds.reduce((sum, embed) => sum + embedLength(embed), 0)
  if (total > embedsLength)
    throw invalidForm(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${embedsLength}`)
}

const checkRow = ({ components: inner = [] }: Component, path: readonly string[]): void => {
  const buttons = inner.filter(({ type }) => type === kinds.button)
  if (inner.length === 0 || inner.length > 5 || (buttons.length !== inner.length && inner.length > 1))
    throw invalidForm(
      [...path, 'components'],
      'BASE_TYPE_BAD_LENGTH',
      'Must be between 1 and 5 buttons, or one select, in length.',
    )
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Discord's `link` style. */
const linkStyle = 5

const checkButton = ({ style, custom_id, url, label, emoji }: Component, path: readonly string[]): void => {
  if (style === linkStyle ? isBlank(url) || !isBlank(custom_id) : isBlank(custom_id) || !isBlank(url))
    throw invalidForm(path, 'BUTTON_COMPONENT_CUSTOM_ID_OR_URL', 'A custom id or url is required, and only one of them')
  if (isBlank(label) && isBlank(emoji)) throw required([...path, 'label'])
  if (typeof label === 'string' && label.length > 80) throw tooLong([...path, 'label'], 80)
}

const checkIds = (all: readonly Component[]): void => {
  const ids = all.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [custom_id]))
  for (const id of ids) if (id.length === 0 || id.length > 100) throw tooLong(['components', 'custom_id'], 100)
  if (new Set(ids).size !== ids.length)
    throw invalidForm(['components'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated')
}

const checkOld = ({ components }: Draft): void => {
  if (components.length > 5) throw tooLong(['components'], 5)
  for (const [index, { type }] of components.entries())
    if (newKinds.includes(type) || type !== kinds.row)
      throw invalidForm(
        ['components', String(index)],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (1,).',
      )
}

const checkNew = ({ components, content, embeds }: Draft, limits: Limits): void => {
  const all = everyComponent(components)
  if (content.length > 0 || embeds.length > 0)
    throw invalidForm(
      [content.length > 0 ? 'content' : 'embeds'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      'The field cannot be used when using MessageFlags.IS_COMPONENTS_V2',
    )
  if (all.length > limits.components) throw tooLong(['components'], limits.components)
  const text = all.reduce((sum, { content: words }) => sum + (typeof words === 'string' ? words.length : 0), 0)
  if (text > limits.componentsTextLength)
    throw invalidForm(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `Total displayable text size exceeds maximum size of ${limits.componentsTextLength}`,
    )
}

const checkComponents = (draft: Draft, limits: Limits): void => {
  const all = everyComponent(draft.components)
  if ((draft.flags & componentsV2) === 0) checkOld(draft)
  else checkNew(draft, limits)
  checkIds(all)
  for (const [index, part] of all.entries()) {
    const path = ['components', String(index)]
    if (part.type === kinds.row) checkRow(part, path)
    if (part.type === kinds.button) checkButton(part, path)
  }
}

/** Throws what Discord would answer about a message's size and shape. */
export const checkDraft = (draft: Draft, limits: Limits): void => {
  const { content, embeds, components, files } = draft
  if (content.length > limits.contentLength) throw tooLong(['content'], limits.contentLength)
  checkEmbeds(draft, limits)
  checkComponents(draft, limits)
  if (content.trim() === '' && embeds.length === 0 && components.length === 0 && files === 0)
    throw violation(400, 50006, 'Cannot send an empty message')
  if (files > limits.files) throw circumstance(400, 30015, 'Maximum number of attachments in a message reached (10)')
}

export const checkUploads = (uploads: readonly Upload[], maxBytes: number): void => {
  if (uploads.some(({ bytes }) => bytes.length > maxBytes)) throw violation(413, 40005, 'Request entity too large')
}
