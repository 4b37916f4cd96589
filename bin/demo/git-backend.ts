import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitBackend {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  close(): Promise<void>
}

/** Serves the bare repositories of a folder by git's own CGI, read-only, on a free port of the loopback. */
export async function serveRepositories(folder: string): Promise<GitBackend> {
  const server = createServer((request, response) => answer(folder, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const git = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      // The folder may belong to another user than the one who runs this.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // A client that leaves, or a git that does, ends the other.
  git.stdin.on('error', () => undefined)
  response.on('close', () => git.kill())
  git.on('error', () => response.writeHead(500).end())
  request.pipe(git.stdin)
  relay(git.stdout, response)
}

/** A CGI answers with headers, an empty line, and the body. */
function relay(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0)
  const onHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    output.off('data', onHead)
    const headers = parseHeaders(head.toString('latin1', 0, end))
    response.writeHead(
      Number(headers.get('status')?.slice(0, 3) ?? 200),
      [...headers].filter(([name]) => name !== 'status').flat(),
    )
    response.write(head.subarray(end + 4))
    output.pipe(response)
  }
  output.on('data', onHead)
  output.on('end', () => {
    if (!response.headersSent) response.writeHead(502).end()
  })
}

function parseHeaders(text: string): Map<string, string> {
  const lines = text.split('\r\n').map((line) => /^([^:]+):\s*(.*)$/.exec(line))
  return new Map(lines.flatMap((match) => (match?.[1] === undefined ? [] : [[match[1].toLowerCase(), match[2] ?? '']])))
}
