import type { IncomingMessage } from 'node:http'
import busboy from 'busboy'

/** Fields of a multipart or URL-encoded form, in the order in which they came. Rejects for what is no form. */
export function readForm(request: IncomingMessage, maxBytes: number): Promise<Map<string, string[]>> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string[]>()
    let bytes = 0
    const parser = busboy({ headers: request.headers, limits: { fieldSize: maxBytes } })
    parser.on('field', (name, value) => {
      bytes += value.length
      if (bytes > maxBytes) reject(new RangeError('the message is too large'))
      fields.set(name, [...(fields.get(name) ?? []), value])
    })
    parser.on('close', () => resolve(fields))
    parser.on('error', reject)
    request.pipe(parser)
  })
}
