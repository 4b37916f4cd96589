import { expect, test } from 'vitest'
import { placed } from '../../../bin/machine/rootfs.ts'

function header(name: string, more: { type?: 'file' | 'link' | 'symlink' | 'directory'; linkname?: string } = {}) {
  return {
    name,
    size: 0,
    mode: 0o755,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    devmajor: 0,
    devminor: 0,
    type: more.type ?? 'file',
    linkname: more.linkname ?? '',
  } as const
}

test('what older packages keep in /bin and /lib goes where the image has it', () => {
  expect(placed(header('./bin/bash'))?.name).toBe('usr/bin/bash')
  expect(placed(header('./lib64/ld-linux-x86-64.so.2'))?.name).toBe('usr/lib64/ld-linux-x86-64.so.2')
  expect(placed(header('./usr/bin/make'))?.name).toBe('usr/bin/make')
  expect(placed(header('./libexec/x'))?.name).toBe('libexec/x')
})

test('the folders that the image has as links, and the root itself, are left out', () => {
  for (const name of ['./', './bin/', './lib/', './sbin']) expect(placed(header(name))).toBeUndefined()
})

test('a hard link follows its target into /usr, a symbolic one keeps its text', () => {
  expect(placed(header('./bin/b', { type: 'link', linkname: './bin/a' }))?.linkname).toBe('usr/bin/a')
  expect(placed(header('./bin/b', { type: 'symlink', linkname: '/bin/a' }))?.linkname).toBe('/bin/a')
})

test('manuals and translations are left out, headers and compilers are not', () => {
  expect(placed(header('./usr/share/man/man1/gcc.1.gz'))).toBeUndefined()
  expect(placed(header('./usr/share/doc/gcc/changelog'))).toBeUndefined()
  expect(placed(header('./usr/include/stdio.h'))?.name).toBe('usr/include/stdio.h')
  expect(placed(header('./usr/lib/gcc/x86_64-linux-gnu/12/cc1'))?.name).toContain('cc1')
})
