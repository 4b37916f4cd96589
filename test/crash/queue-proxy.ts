import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** What SQS may do to messages, and says that it may: bring them twice, late, in another order, and again. */
export interface Mischief {
  /** Times that each message is sent. */
  readonly copies: number
  /** Milliseconds that a message may be held back, by chance. */
  readonly lateMs: number
  /** The share of acknowledgements that get lost. */
  readonly lost: number
  /** Nothing answers. */
  readonly down?: true
}

export interface QueueProxy {
  /** `http://host:port` */
  readonly endpoint: string
  /** Until it is called again; `undefined` for none. */
  play(mischief: Mischief | undefined): void
  close(): Promise<void>
}

/** Stands before an SQS endpoint and forwards its calls, some of them more than once. */
export async function startQueueProxy(target: string, random: () => number): Promise<QueueProxy> {
  let mischief: Mischief | undefined
  let endpoint = ''
  const closing = new AbortController()
  const server = createServer((request, response) => {
    relay(request, response).catch(() => response.destroy())
  })

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (mischief?.down) return void response.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const call = String(request.headers['x-amz-target'])
    // The URLs of queues hold the address that was asked.
    const body = Buffer.concat(chunks).toString().replaceAll(endpoint, target)
    const forward = () => send(target, request, body, closing.signal)
    if (mischief !== undefined && call.endsWith('.SendMessage')) {
      await delay(random() * mischief.lateMs)
      for (let copy = 1; copy < mischief.copies; copy += 1) await forward()
    }
    const { status, text } = await forward()
    // It was done all the same.
    if (mischief !== undefined && call.endsWith('.DeleteMessage') && random() < mischief.lost) response.destroy()
    else
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(text.replaceAll(target, endpoint))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  endpoint = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`
  return {
    endpoint,
    play: (next) => {
      mischief = next
    },
    async close() {
      closing.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function send(
  target: string,
  { headers, method = 'POST', url = '/' }: IncomingMessage,
  body: string,
  signal: AbortSignal,
) {
  const kept = Object.entries(headers).filter(([name]) => /^(x-amz-|authorization|content-type)/.test(name))
  const answer = await fetch(`${target}${url}`, {
    method,
    body,
    signal,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
  })
  return { status: answer.status, text: await answer.text() }
}
