import type { Element } from '../slack/block-elements.ts'
import type { Block } from '../slack/blocks.ts'
import { drawMrkdwn, drawPlain } from './mrkdwn.ts'

interface Text {
  readonly type: string
  readonly text: string
}

const drawText = ({ type, text }: Text): string => (type === 'mrkdwn' ? drawMrkdwn(text) : drawPlain(text))

const drawElement = (element: Element): string => {
  if (element.type === 'button')
    return `<span class="button ${element.style ?? ''}">${drawPlain(element.text.text)}</span>`
  if (element.type === 'plain_text_input') {
    const { initial_value: value, placeholder } = element
    return `<div class="input">${value === undefined ? `<s>${drawPlain(placeholder?.text ?? '')}</s>` : drawPlain(value)}</div>`
  }
  if (element.type === 'file_input') return '<span class="button">+ Add file</span>'
  return `<span class="button">${element.type}</span>`
}

const drawInput = (block: Extract<Block, { type: 'input' }>): string =>
  `<div class="label">${drawPlain(block.label.text)}${block.optional ? ' <s>(optional)</s>' : ''}</div>${drawElement(block.element)}${block.hint ? `<div class="hint">${drawPlain(block.hint.text)}</div>` : ''}`

/** One block, as Slack's desktop client draws it. */
export const drawBlock = (block: Block): string => {
  switch (block.type) {
    case 'section': {
      const fields = (block.fields ?? []).map((field) => `<div>${drawText(field)}</div>`).join('')
      const accessory =
        block.accessory === undefined ? '' : `<div class="accessory">${drawElement(block.accessory)}</div>`
      const text = block.text === undefined ? '' : drawText(block.text)
      return `<div class="section"><div class="text">${text}${fields && `<div class="fields">${fields}</div>`}</div>${accessory}</div>`
    }
    case 'context':
      return `<div class="context">${block.elements.map((one) => ('text' in one ? drawText(one) : '')).join(' ')}</div>`
    case 'actions':
      return `<div class="actions">${block.elements.map(drawElement).join('')}</div>`
    case 'divider':
      return '<hr>'
    case 'header':
      return `<h3>${drawPlain(block.text.text)}</h3>`
    case 'input':
      return `<div class="field">${drawInput(block)}</div>`
    default:
      return `<div class="unknown">${block.type}</div>`
  }
}
