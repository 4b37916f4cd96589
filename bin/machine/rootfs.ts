import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { extract, type Header, type Pack, pack } from 'tar-stream'

/** Read by people, not by compilers. Half of what a small image would weigh. */
const leftOut = [
  /^usr\/share\/(doc|man|info|locale|lintian|bug|gdb)\//,
  /^usr\/bin\/[^/]*-lto-dump-\d+$/,
  /^usr\/(lib\/[^/]*\/|bin\/[^/]*)gprofng/,
]

/** Since Debian 12 links into /usr; the packages of that release still name them as folders. */
const merged = ['bin', 'sbin', 'lib', 'lib64']

/** What the packages' own scripts would make, which are not run. */
const accounts: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
}

export interface RootfsOptions {
  /** Absolute paths of `.deb` files. The first to have a path wins. */
  readonly debs: readonly string[]
  /** Symbolic links that the packages' scripts would make: from a path without its leading `/` to a target. */
  readonly links: Readonly<Record<string, string>>
}

/**
 * A root file system as a tar stream, made of what Debian's packages contain. Their scripts are not run: that takes
 * a tenth of the time of a bootstrap, and works where nothing may be mounted. An error destroys the stream.
 */
export function composeRootfs(options: RootfsOptions): Readable {
  const tar = pack()
  fill(tar, options).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return Readable.from(tar, { objectMode: false })
}

async function fill(tar: Pack, { debs, links }: RootfsOptions): Promise<void> {
  const own: Entry[] = [
    ...['src', 'build', 'root'].map((name) => ({ name, type: 'directory' as const, mode: 0o755 })),
    { name: 'tmp', type: 'directory', mode: 0o1777 },
    ...Object.entries(accounts).map(([name, content]) => ({ name, content })),
    ...merged.map((name) => ({ name, type: 'symlink' as const, linkname: `usr/${name}` })),
    ...Object.entries(links).map(([name, linkname]) => ({ name, type: 'symlink' as const, linkname })),
  ]
  for (const { content, ...header } of own) tar.entry(header, content ?? '')
  // The engine refuses a path that comes twice, and every package brings the folders it shares with others.
  const seen = new Set(own.map(({ name }) => name))
  for (const deb of debs) await addPackage(tar, deb, seen)
}

type Entry = Pick<Header, 'name'> & Partial<Header> & { readonly content?: string }

async function addPackage(tar: Pack, deb: string, seen: Set<string>): Promise<void> {
  const entries = extract()
  const content = execa('dpkg-deb', ['--fsys-tarfile', deb], { buffer: false }).readable()
  const copied = (async () => {
    for await (const entry of entries) {
      const header = placed(entry.header)
      const wanted = header !== undefined && !seen.has(header.name)
      if (wanted) seen.add(header.name)
      if (wanted && header.type === 'file') await pipeline(entry, tar.entry(header))
      else entry.resume()
      if (wanted && header.type !== 'file') tar.entry(header)
    }
  })()
  await Promise.all([pipeline(content, entries), copied])
}

/** Where an entry goes in the image; `undefined` when it is left out. */
export function placed(header: Header): Header | undefined {
  const name = inUsr(withoutRoot(header.name))
  if (name === '' || name === '.' || merged.includes(name)) return undefined
  if (leftOut.some((pattern) => pattern.test(name))) return undefined
  // A hard link names another entry; a symbolic one is looked up in the finished tree.
  const linkname = header.type === 'link' ? inUsr(withoutRoot(header.linkname)) : header.linkname
  return { ...header, name, linkname }
}

function inUsr(name: string): string {
  const first = name.split('/')[0] ?? ''
  return name.includes('/') && merged.includes(first) ? `usr/${name}` : name
}

function withoutRoot(name: string): string {
  return name.replace(/^\.?\//, '').replace(/\/$/, '')
}
