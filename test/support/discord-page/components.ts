import type { Component } from '../discord/model.ts'
import { kinds } from '../discord/wire/components.ts'
import { drawMarkdown, drawPlain } from './markdown.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const buttonStyles: Readonly<Record<number, string>> = { 1: 'primary', 2: '', 3: 'success', 4: 'danger', 5: 'link' }

const inside = ({ components = [] }: Component): string => components.map(drawComponent).join('')

const colourOf = ({ accent_color: colour }: Component): string =>
  typeof colour === 'number' ? `#${colour.toString(16).padStart(6, '0')}` : '#4e5058'

const drawInput = (component: Component): string => {
  const { value, placeholder } = component
  const text = textOf(value)
  return `<div class="input">${text === '' ? `<s>${drawPlain(textOf(placeholder))}</s>` : drawPlain(text)}</div>`
}

/** One component, as Discord's desktop client draws it; what a bot of ours does not use is named. */
export const drawComponent = (component: Component): string => {
  const { type, label } = component
  switch (type) {
    case kinds.container:
      return `<div class="box" style="border-left-color:${colourOf(component)}">${inside(component)}</div>`
    case kinds.text:
      return `<div class="text">${drawMarkdown(textOf(component.content))}</div>`
    case kinds.row:
      return `<div class="row">${inside(component)}</div>`
    case kinds.button:
      return `<span class="button ${buttonStyles[Number(component.style)] ?? ''}">${drawPlain(textOf(label))}${component.url === undefined ? '' : ' ↗'}</span>`
    case kinds.label: {
      const hint = textOf(component.description)
      const field = component.component === undefined ? '' : drawComponent(component.component)
      return `<div class="field"><div class="label">${drawPlain(textOf(label))}</div>${hint && `<div class="hint">${drawPlain(hint)}</div>`}${field}</div>`
    }
    case kinds.textInput:
      return drawInput(component)
    case kinds.stringSelect:
      return '<div class="input"><s>Choose one</s></div>'
    case kinds.fileUpload:
      return '<div class="drop">Drop a file here, or browse</div>'
    default:
      return `<div class="unknown">component ${type}</div>`
  }
}
