import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ChatError, type ChatFile, type MessageRef } from '../chat.ts'
import type { Api } from './api.ts'
import { toChatError } from './failure.ts'
import { fileNameOf } from './marks.ts'
import type { MessagePlace } from './refs.ts'
import { escapeText } from './text.ts'

/** Above this a link is more useful than a file in a chat. */
const mostBytes = 50 * 1024 * 1024
const uploadMs = 120_000

/** Slack's three steps: ask for an address, send the bytes there, say which thread or conversation they are for. */
export async function uploadFile(
  api: Api,
  { channel, ts }: Pick<MessagePlace, 'channel'> & Partial<MessagePlace>,
  file: ChatFile,
  delivery: string,
): Promise<MessageRef> {
  if (file.bytes > mostBytes) throw new ChatError('too-large', `${file.bytes} bytes are too many for Slack`)
  const filename = fileNameOf(file.name, delivery)
  const { upload_url, file_id } = await api.call('announce a file', (client) =>
    client.files.getUploadURLExternal({ filename, length: file.bytes }),
  )
  if (upload_url === undefined || file_id === undefined) throw new ChatError('later', 'Slack gave no upload address')
  try {
    await send(upload_url, file.bytes, await file.open())
  } catch (error) {
    throw toChatError(error, 'upload a file')
  }
  await api.call('share a file', (client) =>
    client.files.completeUploadExternal({
      files: [{ id: file_id, title: file.name }],
      channel_id: channel,
      ...(ts === undefined ? {} : { thread_ts: ts }),
      ...(file.comment === '' ? {} : { initial_comment: escapeText(file.comment) }),
    }),
  )
  return `${channel}/${file_id}`
}

async function send(url: string, bytes: number, body: Readable): Promise<void> {
  const open = url.startsWith('https:') ? secureRequest : plainRequest
  const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes }
  const request = open(url, { method: 'POST', headers, signal: AbortSignal.timeout(uploadMs) })
  const answered = new Promise<number>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })
  const [status] = await Promise.all([answered, pipeline(body, exactly(bytes), request)])
  if (status !== 200) throw new Error(`the upload was answered with ${status}`)
}

/** A body that is shorter than was announced would have Slack wait for the rest. */
function exactly(bytes: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      done(null, chunk)
    },
    flush: (done) => done(seen === bytes ? null : new Error(`the file has ${seen} bytes, not ${bytes}`)),
  })
}
