import { gzipSync } from 'node:zlib'
import { type RawEntry, type RawZipEntry, rawTar, rawZip } from '../../support/archives.ts'
import { harmless } from '../build.ts'
import type { HostileCase, HostileClass } from '../case.ts'

type Attack = HostileCase['attack']

function refused(code: string, sentence?: string) {
  return { verdict: 'refused', code, ...(sentence === undefined ? {} : { sentence }) } as const
}

function tar(...entries: RawEntry[]): Attack {
  return ({ archive }) => archive('project.tar', rawTar([harmless, ...entries]))
}

function zip(...entries: RawZipEntry[]): Attack {
  return ({ archive }) => archive('project.zip', rawZip([harmless, ...entries]))
}

const mebibyte = 1024 * 1024
/** The deployment takes 8 MiB unpacked and 500 files. */
const zeros = Buffer.alloc(9 * mebibyte)
const ran = { verdict: 'succeeded', log: /it ran/ } as const

export const archiveClasses: readonly HostileClass[] = [
  {
    name: 'links in archives',
    cases: [
      {
        name: 'one out of the project',
        always: true,
        attack: tar({ name: 'out', flag: '2', target: '../../../etc/shadow' }),
        expected: refused('link-leaves-root', 'outside your project'),
      },
      {
        name: 'an absolute one',
        attack: tar({ name: 'out', flag: '2', target: '/etc/shadow' }),
        expected: refused('link-leaves-root'),
      },
      {
        name: 'one in a zip',
        attack: zip({ name: 'out', target: '/var/run/docker.sock' }),
        expected: refused('link-leaves-root'),
      },
      {
        name: 'a folder that is a link, then a file through it',
        attack: tar({ name: 'd', flag: '2', target: '/tmp' }, { name: 'd/hostile', content: 'x' }),
        expected: { verdict: 'refused' },
      },
      {
        name: 'two links that lead to each other',
        attack: tar({ name: 'a', flag: '2', target: 'b' }, { name: 'b', flag: '2', target: 'a' }),
        expected: refused('link-leaves-root', 'in a circle'),
      },
      {
        name: 'a hard link to the password file',
        attack: tar({ name: 'passwd', flag: '1', target: '/etc/passwd' }),
        expected: refused('path-leaves-root'),
      },
      {
        name: 'a hard link to what is not there yet',
        attack: tar({ name: 'a', flag: '1', target: 'later' }, { name: 'later', content: 'x' }),
        expected: refused('link-without-file'),
      },
      { name: 'a device', attack: tar({ name: 'disk', flag: '4' }), expected: refused('special-file') },
      { name: 'a pipe', attack: tar({ name: 'pipe', flag: '6' }), expected: refused('special-file') },
    ],
  },
  {
    name: 'bombs',
    cases: [
      {
        name: 'a zip of zeros',
        always: true,
        attack: zip({ name: 'zeros', content: zeros }),
        expected: refused('submission-too-large', 'more than 8 MiB'),
      },
      {
        name: 'a tar.gz of zeros',
        attack: ({ archive }) => archive('p.tar.gz', gzipSync(rawTar([harmless, { name: 'z', content: zeros }]))),
        expected: refused('submission-too-large'),
      },
      {
        name: 'a header that claims a terabyte',
        attack: tar({ name: 'z', size: 0o77777777777 }),
        expected: { verdict: 'refused' },
      },
      {
        name: 'a zip that lies about what is in it',
        attack: zip({ name: 'z', content: zeros, size: 10 }),
        expected: { verdict: 'refused' },
      },
      {
        name: 'entries that share their bytes',
        attack: zip(
          { name: 'a', content: 'x'.repeat(1000) },
          ...Array.from({ length: 200 }, (_, n) => ({ name: `b${n}`, content: 'x'.repeat(1000), sameDataAs: 1 })),
        ),
        expected: refused('archive-overlaps'),
      },
      {
        name: 'gzip in gzip in gzip',
        attack: ({ archive }) => archive('p.tar.gz', gzipSync(gzipSync(gzipSync(rawTar([harmless]))))),
        expected: { verdict: 'refused' },
      },
      {
        name: 'a zip bomb in a zip is a file like any other',
        attack: zip({ name: 'inner.zip', content: rawZip([{ name: 'z', content: zeros }]) }),
        expected: ran,
      },
      {
        name: 'more files than there may be',
        attack: tar(...Array.from({ length: 600 }, (_, n) => ({ name: `f${n}` }))),
        expected: refused('too-many-files', '500'),
      },
      {
        name: 'an archive that ends too early',
        attack: ({ archive }) => archive('p.zip', rawZip([harmless]).subarray(0, 40)),
        expected: { verdict: 'refused' },
      },
      {
        name: 'no archive at all',
        attack: ({ archive }) => archive('p.tar.gz', Buffer.from('<html>Sign in</html>')),
        expected: refused('not-an-archive'),
      },
    ],
  },
  {
    name: 'names',
    cases: [
      {
        name: 'a way up',
        always: true,
        attack: tar({ name: '../../../../tmp/hostile', content: 'x' }),
        expected: refused('path-leaves-root', 'points outside your project'),
      },
      {
        name: 'a way up in a zip',
        attack: zip({ name: 'a/../../hostile', content: 'x' }),
        expected: refused('path-leaves-root'),
      },
      {
        name: 'an absolute one',
        attack: tar({ name: '/etc/cron.d/hostile', content: 'x' }),
        expected: refused('path-leaves-root'),
      },
      {
        name: "Windows' way up",
        attack: zip({ name: '..\\..\\hostile', content: 'x', madeBy: 0 }),
        expected: { verdict: 'refused' },
      },
      { name: 'a line break', attack: tar({ name: 'a\nb', content: 'x' }), expected: refused('unsafe-name') },
      {
        name: 'a terminal escape',
        attack: tar({ name: '\u001b]0;pwned\u0007', content: 'x' }),
        expected: refused('unsafe-name'),
      },
      { name: 'a zero byte', attack: zip({ name: 'a\0b', content: 'x' }), expected: { verdict: 'refused' } },
      {
        name: 'the same name in two ways of Unicode',
        attack: tar({ name: 'caf\u00e9', content: '1' }, { name: 'cafe\u0301', content: '2' }),
        expected: refused('same-name', 'different Unicode'),
      },
      {
        name: 'the same name twice',
        attack: tar({ name: 'a', content: '1' }, { name: 'a', content: '2' }),
        expected: refused('same-name'),
      },
      {
        name: 'a build file twice, the second one hostile',
        attack: tar({ name: 'rai_build.yml', content: 'commands: {build: [echo HOSTILE]}' }),
        expected: refused('same-name'),
      },
      {
        name: 'names that differ in case are two files',
        attack: tar({ name: 'A', content: '1' }, { name: 'a', content: '2' }),
        expected: ran,
      },
      {
        name: 'one of a thousand characters',
        attack: tar({ name: 'x'.repeat(1000), content: '' }),
        expected: refused('name-too-long'),
      },
      {
        name: 'folders without end',
        attack: tar({ name: `${'d/'.repeat(400)}f`, content: '' }),
        expected: refused('name-too-long'),
      },
    ],
  },
]
