import type { Message, View } from '../slack/model.ts'
import { drawBlock } from './blocks.ts'
import { drawMrkdwn, drawPlain } from './mrkdwn.ts'

export const drawMessage = (message: Message, names: Readonly<Record<string, string>>): string => {
  const { byBot, user, text, blocks, files, ephemeralTo, thread_ts, ts } = message
  const name = byBot ? 'RAI' : (names[user] ?? user)
  const body = blocks.length > 0 ? blocks.map(drawBlock).join('') : `<div class="section">${drawMrkdwn(text)}</div>`
  const attached = files.map(
    (file) => `<div class="file"><b>${drawPlain(file.title)}</b><br><s>${file.bytes.length} bytes</s></div>`,
  )
  const only = ephemeralTo === undefined ? '' : '<div class="only">👁 Only visible to you</div>'
  const reply = thread_ts !== undefined && thread_ts !== ts ? ' reply' : ''
  return `<div class="message${reply}${ephemeralTo ? ' ephemeral' : ''}"><div class="face ${byBot ? 'bot' : ''}">${name.slice(0, 1).toUpperCase()}</div><div class="body">${only}<div class="name"><b>${drawPlain(name)}</b>${byBot ? ' <span class="app">APP</span>' : ''} <s>10:42</s></div>${body}${attached.join('')}</div></div>`
}

const titleOf = ({ definition }: View): string => {
  const { title } = definition
  return typeof title === 'object' && title !== null && 'text' in title ? String(title.text) : 'Home'
}

export const drawView = (view: View): string =>
  `<div class="modal"><h2>${drawPlain(titleOf(view))}</h2>${view.blocks.map(drawBlock).join('')}</div>`
