import type { Message, Modal } from '../discord/model.ts'
import { drawComponent } from './components.ts'
import { drawMarkdown, drawPlain } from './markdown.ts'

export const drawMessage = (message: Message, botUserId: string): string => {
  const { author, content, components, attachments, ephemeralTo, replyTo } = message
  const isBot = author.id === botUserId
  const name = isBot ? 'RAI' : author.name
  const files = attachments.map(
    ({ name: file, bytes }) => `<div class="file"><b>${drawPlain(file)}</b><br><s>${bytes.length} bytes</s></div>`,
  )
  const only = ephemeralTo === undefined ? '' : '<div class="only">👁 Only you can see this</div>'
  const reply = replyTo === undefined ? '' : '<div class="reply">↱ in reply</div>'
  const text = content === '' ? '' : `<div class="text">${drawMarkdown(content)}</div>`
  const head = `<div class="name"><b>${drawPlain(name)}</b>${isBot ? ' <span class="app">APP</span>' : ''} <s>10:42</s></div>`
  const body = `${reply}${head}${text}${components.map(drawComponent).join('')}${files.join('')}${only}`
  const face = `<div class="face ${isBot ? 'bot' : ''}">${drawPlain(name.slice(0, 1).toUpperCase())}</div>`
  return `<div class="message${ephemeralTo === undefined ? '' : ' private'}">${face}<div class="body">${body}</div></div>`
}

export const drawForm = ({ title, components }: Modal): string =>
  `<div class="modal"><h2>${drawPlain(title)}</h2>${components.map(drawComponent).join('')}<div class="row"><span class="button">Cancel</span><span class="button primary">Submit</span></div></div>`

export const drawChoices = (choices: readonly { readonly name: string }[]): string =>
  `<div class="choices">${choices.map(({ name }) => `<div>${drawPlain(name)}</div>`).join('')}</div>`
