import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { violation } from '../api-error.ts'
import type { Upload } from '../messages/request.ts'

export interface Body {
  readonly json: unknown
  readonly uploads: readonly Upload[]
}

const malformed = () => violation(400, 50109, 'The request body contains invalid JSON.')

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

const toUpload = async (name: string, value: File): Promise<Upload> => ({
  index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? '',
  name: value.name,
  contentType: value.type === '' ? undefined : value.type,
  bytes: Buffer.from(await value.arrayBuffer()),
})

const multipart = async (bytes: Buffer, contentType: string): Promise<Body> => {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData()
  const uploads: Promise<Upload>[] = []
  for (const [name, value] of form) if (typeof value !== 'string') uploads.push(toUpload(name, value))
  const payload = form.get('payload_json')
  return { json: typeof payload === 'string' ? parse(payload) : {}, uploads: await Promise.all(uploads) }
}

/** Reads JSON, or a form with `payload_json` and `files[n]`. */
export const readBody = async (request: IncomingMessage): Promise<Body> => {
  const bytes = await buffer(request)
  const contentType = request.headers['content-type'] ?? ''
  if (contentType.startsWith('multipart/form-data')) return multipart(bytes, contentType)
  return { json: bytes.length === 0 ? undefined : parse(String(bytes)), uploads: [] }
}
