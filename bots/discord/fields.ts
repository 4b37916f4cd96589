import { FileUploadBuilder, LabelBuilder, StringSelectMenuBuilder, TextInputBuilder, TextInputStyle } from 'discord.js'

interface FieldOptions {
  readonly placeholder?: string
  readonly required?: boolean
}

const longest = 1_000

export function textField(customId: string, label: string, { placeholder, required = false }: FieldOptions = {}) {
  const input = new TextInputBuilder().setCustomId(customId).setStyle(TextInputStyle.Short).setMaxLength(longest)
  if (placeholder !== undefined) input.setPlaceholder(placeholder)
  return new LabelBuilder().setLabel(label).setTextInputComponent(input.setRequired(required))
}

export function fileField(customId: string, label: string, description: string) {
  const upload = new FileUploadBuilder().setCustomId(customId).setMinValues(0).setMaxValues(1).setRequired(false)
  return new LabelBuilder().setLabel(label).setDescription(description).setFileUploadComponent(upload)
}

/** Discord's bounds: 25 choices, and 100 characters of each. */
export function menuField(
  customId: string,
  label: string,
  choices: readonly { readonly name: string; readonly title: string }[],
) {
  const options = choices
    .slice(0, 25)
    .map(({ name, title }) => ({ label: title.slice(0, 100), value: name.slice(0, 100) }))
  const menu = new StringSelectMenuBuilder().setCustomId(customId).setRequired(true).addOptions(options)
  return new LabelBuilder().setLabel(label).setStringSelectMenuComponent(menu)
}
