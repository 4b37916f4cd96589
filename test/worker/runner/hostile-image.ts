import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { pack } from 'tar-stream'

/** An image whose configuration tries all it can: environment, entry point, user, volume, health check, setuid. */
const changes = [
  'ENV LD_PRELOAD=/evil.so NVIDIA_VISIBLE_DEVICES=all BASH_ENV=/evil.sh COURSE=os PATH=/bin:/opt/course',
  'ENTRYPOINT ["/evil"]',
  'USER 12345',
  'WORKDIR /data',
  'VOLUME /data',
  'HEALTHCHECK --interval=1s CMD touch /data/checked',
]

export async function makeHostileImage(api: Docker, name: string): Promise<void> {
  const tar = pack()
  const busybox = await readFile('/bin/busybox')
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, busybox)
  for (const applet of ['sh', 'echo', 'grep', 'ls', 'id', 'env', 'cat', 'touch']) {
    tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  }
  // busybox gives up a privilege that it does not need, except for applets such as this one.
  tar.entry({ name: 'opt/course/su', mode: 0o4755 }, busybox)
  tar.entry({ name: 'data/hidden' }, 'x')
  tar.entry({ name: 'open', type: 'directory', mode: 0o777 })
  tar.finalize()
  await importImage(api, name, await buffer(tar), changes)
}

/** With Debian's perl, which every Debian has, and which can do any system call; `script` is `/attack`. */
export async function makePerlImage(api: Docker, name: string, script: string): Promise<void> {
  const tar = pack()
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile('/bin/busybox'))
  tar.entry({ name: 'bin/sh', type: 'symlink', linkname: 'busybox' })
  const { stdout } = await execa('ldd', ['/usr/bin/perl'])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '')
  for (const path of ['/usr/bin/perl', ...libraries]) {
    tar.entry({ name: path.slice(1), mode: 0o755 }, await readFile(path))
  }
  tar.entry({ name: 'attack', mode: 0o755 }, script)
  tar.finalize()
  await importImage(api, name, await buffer(tar), [])
}

/** No shell at all. */
export async function makeEmptyImage(api: Docker, name: string): Promise<void> {
  const tar = pack()
  tar.entry({ name: 'readme' }, 'nothing to run')
  tar.finalize()
  await importImage(api, name, await buffer(tar), [])
}

async function importImage(api: Docker, name: string, tar: Buffer, change: readonly string[]): Promise<void> {
  const [repo, tag] = name.split(':')
  const progress = await api.importImage(Readable.from([tar]), { repo, tag, changes: [...change] })
  const done = await buffer(Readable.from(progress))
  if (done.includes('"error"')) throw new Error(done.toString())
}
