import { createServer, type RequestListener, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { createApi } from '../../../bots/slack/api.ts'
import { createOpenAttachment } from '../../../bots/slack/attachment.ts'

const servers: Server[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/** Opens a file of which Slack says that it is at `address`, or below the API's own host. */
async function open(answer: RequestListener, file: Record<string, unknown> = {}) {
  const base = await serve((request, response) => {
    if (request.url !== '/api/files.info') return answer(request, response)
    const body = { ok: true, file: { url_private_download: `${base}/file`, ...file } }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  const options = { botToken: 'xoxb-secret', apiUrl: `${base}/api/` }
  const openAttachment = createOpenAttachment({
    ...options,
    api: createApi({ ...options, logger: pino({ level: 'silent' }) }),
  })
  return openAttachment({ kind: 'attachment', platform: 'slack', name: 'lab.zip', bytes: 2, locator: 'F1' })
}

test('the bytes come with the token', async () => {
  const body = await open((request, response) => void response.end(request.headers.authorization))
  expect(await text(body)).toBe('Bearer xoxb-secret')
})

test('the sign-in page that Slack shows to strangers is no archive', async () => {
  const page: RequestListener = (_request, response) =>
    void response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>Sign in</html>')
  await expect(open(page)).rejects.toThrow('answered with 200 and text/html')
})

test('nobody else hears of the file or the token, wherever Slack points', async () => {
  let heard = 0
  const elsewhere = await serve((_request, response) => {
    heard += 1
    response.end('PK')
  })
  const redirect: RequestListener = (_request, response) =>
    void response.writeHead(302, { location: `${elsewhere}/file` }).end()

  await expect(open(redirect)).rejects.toThrow('answered with 302')
  await expect(open(redirect, { url_private_download: `${elsewhere}/file` })).rejects.toThrow('link to another service')
  await expect(open(redirect, { is_external: true })).rejects.toThrow('link to another service')
  expect(heard).toBe(0)
})

test('a server in trouble is worth another try, and a missing file is not', async () => {
  const status =
    (code: number): RequestListener =>
    (_request, response) =>
      void response.writeHead(code).end()
  await expect(open(status(503))).rejects.toMatchObject({ retryable: true })
  await expect(open(status(404))).rejects.toMatchObject({ retryable: false })
})
