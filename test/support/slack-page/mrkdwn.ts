/** Slack's markup as HTML, near enough to judge a message by. */

const toHtml = (text: string): string => text.replaceAll('"', '&quot;')

const inline = (text: string): string =>
  toHtml(text)
    .replaceAll(/`([^`\n]+)`/g, '<code>$1</code>')
    .replaceAll(/(^|[\s(])\*([^*\n]+)\*(?=$|[\s).,:])/gm, '$1<b>$2</b>')
    .replaceAll(/(^|[\s(])_([^_\n]+)_(?=$|[\s).,:])/gm, '$1<i>$2</i>')
    .replaceAll(/<(https?:[^|>]*)>/g, '<a>$1</a>')
    .replaceAll('\n', '<br>')

/** The text arrives escaped as Slack wants it, which is also what HTML wants. */
export const drawMrkdwn = (text: string): string =>
  text
    .split(/```\n?([\s\S]*?)\n?```/)
    .map((part, index) => (index % 2 === 1 ? `<pre>${toHtml(part)}</pre>` : inline(part)))
    .join('')

export const drawPlain = (text: string): string =>
  toHtml(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
