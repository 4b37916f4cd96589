/** Discord's markup as HTML, near enough to judge a message by. The text arrives as a bot wrote it. */

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const escapeCharacter = String.fromCharCode(27)
const colours: Readonly<Record<string, string>> = {
  30: '#4f545c',
  31: '#dc322f',
  32: '#859900',
  33: '#b58900',
  34: '#268bd2',
  35: '#d33682',
  36: '#2aa198',
  37: '#ffffff',
}

const styleOf = (codes: string): string =>
  codes
    .split(';')
    .map((code) => {
      if (code === '1') return 'font-weight:700'
      if (code === '4') return 'text-decoration:underline'
      return colours[code] === undefined ? '' : `color:${colours[code]}`
    })
    .join(';')

/** A block whose language is `ansi` is the only place with colours. */
const drawAnsi = (text: string): string => {
  const [first = '', ...rest] = text.split(new RegExp(`${escapeCharacter}\\[([\\d;]*)m`))
  let html = escapeHtml(first)
  for (let at = 0; at < rest.length; at += 2) {
    html += `<span style="${styleOf(rest[at] ?? '')}">${escapeHtml(rest[at + 1] ?? '')}</span>`
  }
  return html
}

const inline = (line: string): string => {
  const kept: string[] = []
  const keep = (html: string): string => `\ue000${kept.push(html) - 1}\ue000`
  const marked = line
    .replaceAll(/(?<!\\)`([^`\n]+)`/g, (_, code: string) => keep(`<code>${escapeHtml(code)}</code>`))
    .replaceAll(/\\([^A-Za-z0-9\s])/g, (_, character: string) => keep(escapeHtml(character)))
    .replaceAll(/<(https?:\/\/[^>\s]+)>/g, (_, url: string) => keep(`<a>${escapeHtml(url)}</a>`))
    .replaceAll(/<@[!&]?\d+>|@(?:everyone|here)/g, (mention) => keep(`<mark>${escapeHtml(mention)}</mark>`))
  const html = escapeHtml(marked)
    .replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replaceAll(/(?<!\w)[*_]([^*_]+)[*_](?!\w)/g, '<i>$1</i>')
    .replaceAll(/(https?:\/\/[^\s<)]+)/g, '<a>$1</a>')
  return html.replaceAll(/\ue000(\d+)\ue000/g, (_, index: string) => kept[Number(index)] ?? '')
}

const drawLine = (line: string): string => {
  if (line.startsWith('-# ')) return `<div class="small">${inline(line.slice(3))}</div>`
  const heading = /^(#{1,3}) (.+)$/.exec(line)
  if (heading !== null) return `<h3>${inline(heading[2] ?? '')}</h3>`
  return line.startsWith('> ') ? `<blockquote>${inline(line.slice(2))}</blockquote>` : `<div>${inline(line)}</div>`
}

export const drawMarkdown = (text: string): string =>
  text
    .split(/(```[\s\S]*?```)/)
    .filter((part) => part !== '')
    .map((part) => {
      const block = /^```(?:(\w+)\n)?([\s\S]*?)\n?```$/.exec(part)
      if (block === null)
        return part
          .replace(/^\n|\n$/g, '')
          .split('\n')
          .map(drawLine)
          .join('')
      const [, language, inside = ''] = block
      return `<pre>${language === 'ansi' ? drawAnsi(inside) : escapeHtml(inside)}</pre>`
    })
    .join('')

export const drawPlain = escapeHtml
