import { expect, test } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { readDockerfile } from '../../../core/images/dockerfile.ts'

const allowed = new Set(['gcc:13', 'busybox:1'])

function check(image: string): string {
  if (allowed.has(image)) return image
  throw new Refusal('image-not-allowed', image)
}

function read(text: string, network = false): readonly string[] | string {
  try {
    return readDockerfile(text, { file: 'Dockerfile', network, check })
  } catch (error) {
    if (error instanceof Refusal) return error.code === 'image-not-allowed' ? error.message : error.code
    throw error
  }
}

test.each([
  ['FROM gcc:13', ['gcc:13']],
  [
    'from gcc:13 as Build\nRUN make\nFROM busybox:1\nCOPY --from=build /a /a\nCOPY --from=0 /b /b',
    ['gcc:13', 'busybox:1'],
  ],
  ['FROM scratch\nCOPY . /', []],
  ['ARG V=13\nARG BASE="gcc:\x24{V}"\nFROM $BASE\nARG V=evil', ['gcc:13']],
  ['FROM --platform=linux/amd64 gcc:13', ['gcc:13']],
  ['FROM gcc:13\nFROM 0', '0'],
  ['# a comment\n\nFROM \\\n # inside\n\n gcc:13', ['gcc:13']],
  ['FROM gcc:13\nRUN echo \\\n  FROM evil', ['gcc:13']],
])('%j is built from %j', (text, images) => {
  expect(read(text)).toEqual(images)
})

test.each([
  ['FROM evil', 'evil'],
  ['FROM gcc:13\nFROM evil', 'evil'],
  ['FROM gcc:13\nCOPY --from=evil /a /a', 'evil'],
  ['FROM gcc:13\nCOPY --chown=1 --from=evil /a /a', 'evil'],
  ['FROM gcc:13\nCOPY --from=1 /a /a', '1'],
  ['ARG B=evil\nFROM $B', 'evil'],
  ['FROM "gcc:13"', '"gcc:13"'],
  ['FROM g\\cc:13', 'g\\cc:13'],
])('%j is refused for %j', (text, image) => {
  expect(read(text)).toBe(image)
})

test.each([
  '',
  'RUN make',
  'FROM $NOWHERE',
  'FROM \x24{B:-gcc:13}',
  'ARG B\nFROM $B',
  'FROM gcc:13\nARG B=evil\nFROM \x24{B}x\x24{C}',
  '# escape=`\nFROM gcc:13\nRUN a `\nFROM evil',
  '#syntax=evil/frontend\nFROM gcc:13',
  'FROM gcc:13\nRUN echo \\\\\nFROM evil',
  'FROM gcc:13\nCOPY --fr"om"=evil /a /a',
  'FROM gcc:13\nCOPY --from=$X /a /a',
  'FROM gcc:13\nRUN --mount=type=bind,from=evil,target=/x true',
  'FROM gcc:13\nRUN --mount=from=evil,target=/x true',
  'FROM gcc:13\nRUN --network=host true',
  'FROM gcc:13\nRUN --security=insecure true',
  'FROM gcc:13\nADD http://169.254.169.254/latest /x',
  'FROM gcc:13\nARG U\nADD \x24{U} /x',
  'FROM gcc:13\nADD git@example.edu:x.git /x',
  'FROM gcc:13\nADD ["http://169.254.169.254/", "/x"]',
  'FROM gcc:13 AS b\nONBUILD ADD http://169.254.169.254/ /x\nFROM b',
  'FROM gcc:13\u{2028}FROM evil',
  'FROM gcc:13 as',
  'FROM gcc:13 evil',
])('%j is refused as a file', (text) => {
  expect(read(text)).toBe('bad-dockerfile')
})

test('an address is fetched only where the build has the network', () => {
  expect(read('FROM gcc:13\nADD https://example.edu/data.csv /data.csv', true)).toEqual(['gcc:13'])
})
