import { gzipSync } from 'node:zlib'
import { harmless } from '../build.ts'
import type { HostileCase, HostileClass } from '../case.ts'

/** What a shell would take for a blank. */
const blank = '$' + '{IFS}'
const typed =
  (text: string): HostileCase['attack'] =>
  async () =>
    text
const answered = (name: string, text: string, answer: string | RegExp, always?: true): HostileCase => ({
  name,
  attack: typed(text),
  expected: { answer },
  ...(always === undefined ? {} : { always }),
})

const notAllowed = 'Repositories are fetched over'
const noAddress = 'is not the address of a git repository'

/** A repository that redirects git. */
function redirecting(to: string): HostileCase['attack'] {
  return async (arsenal) => {
    const address = await arsenal.repository([harmless])
    const name = address.replace(`${arsenal.git.url}/`, '').replace(/\.git$/, '')
    arsenal.git.misbehave(name, { kind: 'redirect', to })
    return address
  }
}

const ran = { verdict: 'succeeded', log: /it ran/ } as const
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`

export const sourceClasses: readonly HostileClass[] = [
  {
    name: 'addresses',
    cases: [
      answered('ext::, which runs a program', `ext::sh${blank}-c${blank}touch${blank}/tmp/hostile`, notAllowed, true),
      answered('file://', 'file:///etc', notAllowed),
      answered('an option', `-- --upload-pack=touch${blank}/tmp/hostile`, /not the address|do not know|has no option/),
      answered('an option behind a protocol', 'https://-oProxyCommand=sh/x', noAddress),
      answered('an option as the branch', 'https://git.example/x --upload-pack=sh', /has no option|cannot be the name/),
      answered('ssh, which is not configured', 'git@git.example:x/y', notAllowed),
      answered('a password', 'https://me:hunter2@git.example/x', 'revoke it'),
      answered('a line break in it', '"https://git.example/x%0a--upload-pack=sh"', noAddress),
      answered('a branch that is a way up', 'https://git.example/x#../../etc', 'cannot be the name of a branch'),
    ],
  },
  {
    name: 'repositories',
    cases: [
      {
        name: 'a redirect to a file of the host',
        always: true,
        attack: redirecting('file:///etc'),
        expected: { verdict: 'refused' },
      },
      {
        name: 'a redirect to a program',
        attack: redirecting('ext::sh -c touch% /tmp/hostile'),
        expected: { verdict: 'refused' },
      },
      {
        name: 'a redirect to the metadata service',
        attack: redirecting('http://169.254.169.254/latest/meta-data'),
        expected: { verdict: 'refused' },
      },
      {
        name: 'a submodule of the host’s files stays an empty folder',
        attack: ({ repository }) =>
          repository([
            harmless,
            { name: '.gitmodules', content: '[submodule "x"]\n\tpath = x\n\turl = file:///etc\n' },
            { name: 'x', flag: 'submodule', content: 'b'.repeat(40) },
          ]),
        expected: ran,
      },
      {
        name: 'a submodule that is an option',
        attack: ({ repository }) =>
          repository([
            harmless,
            {
              name: '.gitmodules',
              content: '[submodule "x"]\n\tpath = x\n\turl = -u./hostile\n\tupdate = !touch /tmp/hostile\n',
            },
            { name: 'x', flag: 'submodule', content: 'b'.repeat(40) },
          ]),
        expected: ran,
      },
      {
        name: 'a pointer of LFS to an address of the metadata service',
        attack: ({ repository }) =>
          repository([
            harmless,
            { name: '.lfsconfig', content: '[lfs]\n\turl = http://169.254.169.254/\n' },
            { name: '.gitattributes', content: '*.bin filter=lfs diff=lfs merge=lfs\n' },
            { name: 'a.bin', content: pointer },
          ]),
        expected: ran,
      },
      {
        name: 'attributes that run programs',
        attack: ({ repository }) =>
          repository([
            harmless,
            { name: '.gitattributes', content: '* filter=hostile ident export-subst working-tree-encoding=UTF-16\n' },
            { name: '.gitconfig', content: '[filter "hostile"]\n\tsmudge = touch /tmp/hostile\n' },
          ]),
        expected: ran,
      },
      {
        name: 'a link out of the tree',
        attack: ({ repository }) => repository([harmless, { name: 'out', target: '../../../etc/shadow' }]),
        expected: { verdict: 'refused', code: 'link-leaves-root' },
      },
      {
        name: 'refs without end',
        attack: async (arsenal) => {
          const address = await arsenal.repository([harmless])
          arsenal.git.misbehave(address.replace(`${arsenal.git.url}/`, '').replace(/\.git$/, ''), { kind: 'endless' })
          return address
        },
        expected: { verdict: 'refused' },
      },
      {
        name: 'hooks beside the project are files, or left out',
        attack: ({ folder }) =>
          folder({ 'rai_build.yml': harmless.content, 'post-checkout': '#!/bin/sh\ntouch /tmp/hostile\n' }),
        expected: ran,
      },
    ],
  },
  {
    name: 'build files',
    cases: [
      {
        name: 'aliases that multiply',
        always: true,
        attack: buildFile(
          `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
            .split('')
            .map((l, i) => `${l}: &${l} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
            .join('\n')}\ncommands:\n  build: *i\n`,
        ),
        expected: { verdict: 'refused', code: 'bad-build-file' },
      },
      {
        name: 'a string of a megabyte',
        attack: buildFile(`commands:\n  build:\n    - echo ${'x'.repeat(1024 * 1024)}\n`),
        expected: { verdict: 'refused', code: 'build-file-too-large' },
      },
      {
        name: 'brackets in brackets',
        attack: buildFile(`commands: ${'['.repeat(10_000)}`),
        expected: { verdict: 'refused', code: 'bad-build-file' },
      },
      {
        name: 'a type that makes objects',
        attack: buildFile('commands: !!js/function "function(){}"\n'),
        expected: { verdict: 'refused', code: 'bad-build-file' },
      },
      {
        name: 'keys of every object',
        attack: buildFile(
          '__proto__: {polluted: true}\nconstructor: {prototype: {x: 1}}\ncommands:\n  build: [echo it ran]\n',
        ),
        expected: { verdict: 'refused', code: 'bad-build-file' },
      },
      {
        name: 'an image nobody allowed',
        attack: buildFile('rai: {version: 0.2, image: evil/image}\ncommands: {build: [echo x]}\n'),
        expected: { verdict: 'refused' },
      },
      {
        name: 'an image that is an option',
        attack: buildFile('rai: {version: 0.2, image: "--privileged"}\ncommands: {build: [echo x]}\n'),
        expected: { verdict: 'refused' },
      },
      {
        name: 'no text',
        attack: ({ archive }) => archive('p.tar.gz', gzipSync(Buffer.alloc(2048))),
        expected: { verdict: 'refused' },
      },
    ],
  },
]

function buildFile(text: string): HostileCase['attack'] {
  return ({ folder }) => folder({ 'rai_build.yml': text })
}
