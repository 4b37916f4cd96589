import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { RawEntry } from './archives.ts'

/** How the server treats requests for one repository, in place of serving it. */
export type Misbehaviour =
  | { readonly kind: 'sign-in'; readonly username: string; readonly password: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'status'; readonly status: number }
  /** Answers, then never says anything again. */
  | { readonly kind: 'silent' }
  /** Sends zeros for ever. */
  | { readonly kind: 'endless' }
  /** Speaks git's first protocol, in which a server only gives what it lists. */
  | { readonly kind: 'old-protocol' }

export interface GitServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  /** Makes a bare repository with one commit of these files on `main`, and answers that commit. */
  createRepository(name: string, files: readonly RawEntry[]): Promise<string>
  /** Runs git in a repository: branches, tags, pushes. */
  git(name: string, ...args: string[]): Promise<string>
  /** Adds a commit on a branch, and answers it. */
  commit(name: string, branch: string, files: readonly RawEntry[]): Promise<string>
  misbehave(name: string, how: Misbehaviour | undefined): void
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[]
  /** The `authorization` of each request that had one. */
  readonly signIns: readonly string[]
  close(): Promise<void>
}

const identity = ['-c', 'user.name=A Student', '-c', 'user.email=student@example.edu', '-c', 'init.defaultBranch=main']

/** `git http-backend` behind a CGI of our own, on a free port of the loopback. */
export async function startGitServer(): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'rai-git-'))
  const misbehaviours = new Map<string, Misbehaviour>()
  const requests: string[] = []
  const signIns: string[] = []
  const children = new Set<ChildProcess>()
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (request.headers.authorization !== undefined) signIns.push(request.headers.authorization)
    const how = misbehaviours.get(repositoryOf(request.url))
    if (how === undefined || !misbehave(how, request, response)) serve({ root, children, how }, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const run = async (cwd: string, args: readonly string[]) =>
    (await execa('git', [...identity, ...args], { cwd })).stdout

  async function commit(name: string, branch: string, files: readonly RawEntry[]): Promise<string> {
    const cwd = join(root, `${name}.git`)
    await execa('git', ['fast-import', '--quiet', '--force'], { cwd, input: importStream(branch, files) })
    return (await readFile(join(cwd, 'refs', 'heads', branch), 'utf8')).trim()
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    signIns,
    commit,
    git: (name, ...args) => run(join(root, `${name}.git`), args),
    async createRepository(name, files) {
      await mkdir(join(root, `${name}.git`), { recursive: true })
      await run(join(root, `${name}.git`), ['init', '--bare', '--quiet'])
      return files.length === 0 ? '' : commit(name, 'main', files)
    },
    misbehave(name, how) {
      if (how === undefined) misbehaviours.delete(name)
      else misbehaviours.set(name, how)
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(root, { recursive: true, force: true })
    },
  }
}

function repositoryOf(url = ''): string {
  return /^\/(.+?)(\.git)?\/(info|git-upload-pack|HEAD|objects)/.exec(url)?.[1] ?? ''
}

/** A commit without parents, as `git fast-import` takes it: one process in place of six. The flag `submodule` makes one of the commit in `content`. */
function importStream(branch: string, files: readonly RawEntry[]): Buffer {
  const parts = [`commit refs/heads/${branch}\ncommitter A Student <student@example.edu> 1700000000 +0000\ndata 0\n`]
  const pieces = files.flatMap(({ name, content = '', mode = 0o644, target, flag }) => {
    if (flag === 'submodule') return [Buffer.from(`M 160000 ${content} ${JSON.stringify(name)}\n`)]
    const bytes = Buffer.from(target ?? content)
    const kind = target === undefined ? `100${mode.toString(8)}` : '120000'
    return [Buffer.from(`M ${kind} inline ${JSON.stringify(name)}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]
  })
  return Buffer.concat([
    Buffer.from(`reset refs/heads/${branch}\n${parts.join('')}deleteall\n`),
    ...pieces,
    Buffer.from('done\n'),
  ])
}

/** Whether the request was dealt with. */
function misbehave(how: Misbehaviour, request: IncomingMessage, response: ServerResponse): boolean {
  switch (how.kind) {
    case 'old-protocol':
      return false
    case 'sign-in': {
      const expected = `Basic ${Buffer.from(`${how.username}:${how.password}`).toString('base64')}`
      if (request.headers.authorization === expected) return false
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return true
    }
    case 'redirect':
      response.writeHead(302, { location: `${how.to}${suffixOf(request.url)}` }).end()
      return true
    case 'status':
      response.writeHead(how.status).end()
      return true
    case 'silent':
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).flushHeaders()
      return true
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      pourRefs(response)
      return true
  }
}

function suffixOf(url = ''): string {
  return url.slice(url.search(/\/(info\/refs|git-upload-pack)/))
}

function pourRefs(response: ServerResponse): void {
  let count = 0
  response.write('001e# service=git-upload-pack\n0000')
  const line = () => {
    count += 1
    const text = `${'a'.repeat(40)} refs/heads/branch-${count}\n`
    return `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
  }
  const pour = () => {
    while (!response.destroyed && response.write(Array.from({ length: 500 }, line).join(''))) {}
  }
  response.on('drain', pour)
  pour()
}

interface Serving {
  readonly root: string
  readonly children: Set<ChildProcess>
  readonly how: Misbehaviour | undefined
}

function serve({ root, children, how }: Serving, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const path = url.pathname.replace(/^\/(.+?)(\.git)?\/(info|git-upload-pack|HEAD|objects)/, '/$1.git/$3')
  const protocol = request.headers['git-protocol']
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      ...(typeof protocol === 'string' && how?.kind !== 'old-protocol' ? { GIT_PROTOCOL: protocol } : {}),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  children.add(child)
  child.on('close', () => children.delete(child))
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  answer(child, response)
}

/** A CGI's answer is its header lines, an empty line, and the body. */
function answer(child: ChildProcess, response: ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0)
  child.stdout?.on('data', (bytes: Buffer) => {
    if (head === undefined) return void response.write(bytes)
    head = Buffer.concat([head, bytes])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const lines = head.subarray(0, end).toString('latin1').split('\r\n')
    const headers = lines.map((line) => /^([^:]+): (.*)$/.exec(line)).filter((match) => match !== null)
    const status = headers.find(([, name]) => name === 'Status')?.[2]
    response.statusCode = status === undefined ? 200 : Number.parseInt(status, 10)
    for (const [, name = '', value = ''] of headers) if (name !== 'Status') response.setHeader(name, value)
    response.write(head.subarray(end + 4))
    head = undefined
  })
  child.on('close', () => response.end())
}
