import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSourceLimits } from '../../../core/source/limits.ts'
import type { SourceOptions } from '../../../core/source/source.ts'
import type { RawEntry } from '../../support/archives.ts'
import { type GitServer, startGitServer } from '../../support/git-http.ts'
import { layOut, openFolder, openIn, refusalOf, temporaryFolder } from './trees.ts'

const git = { allowHttp: true, allowPrivateAddresses: true }
const limits = defaultSourceLimits
let server: GitServer
let count = 0
beforeAll(async () => {
  server = await startGitServer()
})
afterAll(() => server.close())

interface Where {
  readonly ref?: string
  readonly folder?: string
}

function openAt(name: string, where: Where = {}, options: Partial<SourceOptions> = {}) {
  return openIn({ kind: 'git', url: `${server.url}/${name}`, ...where }, { git, ...options })
}

/** Command lines of all running processes that hold this text. */
async function commandsWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.includes(text))
}

async function repository(
  files: readonly RawEntry[] = [{ name: 'a.txt', content: 'one' }],
): Promise<{ name: string; commit: string }> {
  count += 1
  const name = `org/repo-${count}`
  return { name, commit: await server.createRepository(name, files) }
}

describe('a repository', () => {
  it('is pinned by branch, tag, commit and short commit', async () => {
    const { name, commit } = await repository()
    const dev = await server.commit(name, 'feature/dev', [{ name: 'src/b.txt', content: 'two' }])
    await server.git(name, 'tag', '--annotate', '--message', 'v1', 'v1', commit)
    expect(await openAt(name)).toMatchObject({ commit, ref: 'refs/heads/main' })
    expect(await openAt(name, { ref: 'feature/dev' })).toMatchObject({ commit: dev, ref: 'refs/heads/feature/dev' })
    expect(await openAt(name, { ref: 'v1' })).toMatchObject({ commit, ref: 'refs/tags/v1' })
    expect(await openAt(name, { ref: dev })).toMatchObject({ commit: dev })
    expect(await openAt(name, { ref: dev.slice(0, 9) })).toMatchObject({ commit: dev })
  })

  it('is pinned before it is fetched, and fetched again as it was when its branch has moved', async () => {
    const { name } = await repository()
    const commit = await server.commit(name, 'feature/dev', [{ name: 'src/lib/b.txt', content: 'two' }])
    const url = `${server.url}/${name}/tree/feature/dev/src/lib`
    const pins: object[] = []
    const onPinned = async (pinned: object) => void pins.push(pinned)
    const first = await openIn({ kind: 'git', url }, { git, onPinned })
    expect(pins).toEqual([{ commit, folder: 'src/lib' }])
    await server.commit(name, 'feature/dev', [{ name: 'src/lib/b.txt', content: 'three' }])
    const again = await openIn(
      { kind: 'git', url: `${server.url}/${name}`, ref: 'feature', commit, folder: 'src/lib' },
      { git },
    )
    expect(again).toMatchObject({ commit, treeHash: first.treeHash })
  })

  it('shown by a browser is split into branch and folder, slashes or not', async () => {
    const { name } = await repository()
    const commit = await server.commit(name, 'feature/dev', [{ name: 'src/lib/b.txt', content: 'two' }])
    const source = await openIn({ kind: 'git', url: `${server.url}/${name}/tree/feature/dev/src/lib` }, { git })
    expect(source).toMatchObject({ commit, entries: 1 })
    expect(source.files.has('b.txt')).toBe(true)
  })

  it('gives the files byte for byte, whatever its attributes say', async () => {
    const files = [
      {
        name: '.gitattributes',
        content:
          'hidden export-ignore\nid ident export-subst\ncrlf text eol=crlf\nutf working-tree-encoding=UTF-16\n* filter=lfs\n',
      },
      { name: 'hidden', content: 'x' },
      { name: 'id', content: '$Id$ $Format:%H$\n' },
      { name: 'crlf', content: 'a\nb\n' },
    ]
    const { name } = await repository(files)
    expect((await openAt(name)).treeHash).toBe((await openFolder(await layOut(files))).treeHash)
  })

  it('is fetched without its history, and without a second look-up', async () => {
    const { name } = await repository()
    const source = await openAt(name)
    expect(await readdir(join(source.scratch, 'git'))).toContain('shallow')
    const elsewhere = { ...git, resolve: async () => ['127.0.0.1'] }
    const url = `http://no-such-host.invalid:${server.port}/${name}`
    expect(await openIn({ kind: 'git', url }, { git: elsewhere })).toMatchObject({ entries: 1 })
  })

  it('on a server that gives only what it lists is fetched by its branch, or whole', async () => {
    const { name, commit } = await repository()
    await server.git(name, 'branch', 'old')
    const later = await server.commit(name, 'main', [{ name: 'c.txt' }])
    server.misbehave(name, { kind: 'old-protocol' })
    expect(await openAt(name)).toMatchObject({ commit: later })
    await server.git(name, 'branch', '--force', 'old', later)
    expect(await refusalOf(openAt(name, { ref: commit }))).toMatchObject({ code: 'commit-unknown' })
    expect(await openAt(name, { ref: later })).toMatchObject({ commit: later })
  })

  it('needs its sign-in, which reaches git and nothing else', async () => {
    const { name } = await repository()
    server.misbehave(name, { kind: 'sign-in', username: 'course', password: 'hunter2' })
    expect(await refusalOf(openAt(name))).toMatchObject({ code: 'repository-not-found' })
    const wrong = { ...git, credentials: async () => ({ username: 'course', password: 'wrong' }) }
    expect(await refusalOf(openAt(name, {}, { git: wrong }))).toMatchObject({ code: 'repository-not-found' })
    const right = { ...git, credentials: async () => ({ username: 'course', password: 'hunter2' }) }
    const source = await openAt(name, {}, { git: right })
    expect(await readFile(join(source.scratch, 'git', 'config'), 'utf8')).not.toContain('hunter2')
    expect((await buffer(source.tar())).includes('hunter2')).toBe(false)
  })

  it('loses its submodules, and says so', async () => {
    const files = [
      { name: '.gitmodules', content: `[submodule "lib"]\n\tpath = lib\n\turl = ${server.url}/org/inner\n` },
      { name: 'lib', content: 'c'.repeat(40), flag: 'submodule' },
    ]
    const { name } = await repository(files)
    expect(await openAt(name)).toMatchObject({ entries: 1, leftOut: { count: 1, examples: ['lib/ (empty)'] } })
    expect(server.requests.filter((path) => path.includes('inner'))).toEqual([])
  })

  it('that moved is followed, each address being checked', async () => {
    const { name, commit } = await repository()
    server.misbehave('org/moved', { kind: 'redirect', to: `/${name}` })
    expect(await openAt('org/moved')).toMatchObject({ commit })
    server.misbehave('org/inside', { kind: 'redirect', to: `http://10.0.0.1:${server.port}/x` })
    const guarded = { ...git, allowPrivateAddresses: false, resolve: async () => ['127.0.0.1'] }
    expect(await refusalOf(openAt('org/inside', {}, { git: guarded }))).toMatchObject({ code: 'git-address-private' })
    server.misbehave('org/file', { kind: 'redirect', to: 'file:///etc' })
    expect(await refusalOf(openAt('org/file'))).toMatchObject({ code: 'git-protocol-not-allowed' })
    server.misbehave('org/round', { kind: 'redirect', to: '/org/round' })
    expect(await refusalOf(openAt('org/round'))).toMatchObject({ code: 'git-too-many-redirects' })
  })
})

describe('a repository is refused when', () => {
  it('it is not there, or is no repository', async () => {
    expect(await refusalOf(openAt('org/nothing'))).toMatchObject({ code: 'repository-not-found' })
    server.misbehave('org/broken', { kind: 'status', status: 503 })
    expect(await refusalOf(openAt('org/broken'))).toMatchObject({ code: 'repository-unreachable' })
  })

  it('its branch or commit is not there, naming what is near', async () => {
    const { name } = await repository()
    await server.git(name, 'branch', 'milestone-1')
    const refusal = await refusalOf(openAt(name, { ref: 'milestone1' }))
    expect(refusal).toMatchObject({ code: 'ref-unknown' })
    expect(refusal.message).toContain('milestone-1')
    expect(await refusalOf(openAt(name, { ref: 'b'.repeat(40) }))).toMatchObject({ code: 'commit-unknown' })
    expect(await refusalOf(openAt(name, { ref: 'bbbbbbb' }))).toMatchObject({ code: 'commit-unknown' })
  })

  it('it is empty, or its folder is not there', async () => {
    const empty = await repository([])
    expect(await refusalOf(openAt(empty.name))).toMatchObject({ code: 'repository-empty' })
    const { name } = await repository()
    expect(await refusalOf(openAt(name, { folder: 'src' }))).toMatchObject({ code: 'folder-not-found' })
    expect(await refusalOf(openAt(name, { folder: 'a.txt' }))).toMatchObject({ code: 'folder-not-found' })
  })

  it('it is too large to fetch', async () => {
    const { name } = await repository([{ name: 'big', content: randomBytes(400_000).toString('base64') }])
    const small = { ...limits, gitBytes: 20_000 }
    expect(await refusalOf(openAt(name, {}, { limits: small }))).toMatchObject({ code: 'repository-too-large' })
  })

  it('the server says nothing, or too much', async () => {
    server.misbehave('org/silent', { kind: 'silent' })
    const hasty = { ...limits, gitMs: 700 }
    expect(await refusalOf(openAt('org/silent', {}, { limits: hasty }))).toMatchObject({ code: 'repository-too-slow' })
    if (process.platform === 'linux') expect(await commandsWith('/org/silent')).toEqual([])
    server.misbehave('org/endless', { kind: 'endless' })
    const refusal = await refusalOf(openAt('org/endless', { ref: 'x' }, { limits: { ...limits, gitMs: 5000 } }))
    expect(['repository-too-slow', 'repository-too-large', 'repository-unreachable']).toContain(refusal.code)
  })

  it('the address leads inside', async () => {
    const { name } = await repository()
    const careful = { allowHttp: true }
    expect(await refusalOf(openAt(name, {}, { git: careful }))).toMatchObject({ code: 'git-address-private' })
  })

  it('a link of it leaves it', async () => {
    const { name } = await repository([
      { name: 'a.txt', content: '' },
      { name: 'passwd', target: '/etc/passwd' },
    ])
    expect(await refusalOf(openAt(name))).toMatchObject({ code: 'link-leaves-root' })
  })
})

describe('git', () => {
  it('stops at once, all of it, when nobody wants it any more', async () => {
    server.misbehave('org/slow', { kind: 'silent' })
    const controller = new AbortController()
    const opening = openAt(
      'org/slow',
      {},
      { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) },
    )
    await expect(opening).rejects.toThrow('enough')
  })

  it('reads no configuration of its user', async () => {
    const { name } = await repository()
    const home = await temporaryFolder()
    const source = await openAt(name)
    expect(await readFile(join(source.scratch, 'git', 'config'), 'utf8')).not.toContain(home)
  })

  it.runIf(process.getuid?.() === 0)('runs as another user', async () => {
    const { name } = await repository()
    const source = await openAt(name, {}, { git: { ...git, uid: 65534, gid: 65534 } })
    expect(source.entries).toBe(1)
  })
})
