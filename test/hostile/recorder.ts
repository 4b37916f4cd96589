import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Recorded {
  /** What Slack called it: `/rai`, `app_mention`, `block_actions`, … */
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Stands before the bot's address, and keeps what Slack sends there, as somebody who reads along would. */
export async function startRecorder(target: string) {
  const requests: Recorded[] = []
  const send = ({ headers, body }: Pick<Recorded, 'headers' | 'body'>) =>
    fetch(target, { method: 'POST', headers, body })
  const server = createServer(async (request, response) => {
    const seen = { headers: kept(request.headers), body: await text(request) }
    requests.push({ ...seen, name: nameOf(seen.body) })
    const answer = await send(seen)
    const type = answer.headers.get('content-type') ?? 'text/plain'
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/slack/events`,
    requests,
    send,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const ours = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-slack-'))
  return Object.fromEntries(ours.map(([name, value]) => [name, String(value)]))
}

function nameOf(body: string): string {
  const fields = new URLSearchParams(body)
  const source = fields.get('command') ?? fields.get('payload') ?? body
  return /"type":"(?!event_callback)([a-z_]+)"/.exec(source)?.[1] ?? source.slice(0, 20)
}
