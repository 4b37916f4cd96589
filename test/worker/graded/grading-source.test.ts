import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { extract, type Header, pack } from 'tar-stream'
import { expect, it } from 'vitest'
import { packGradingSource } from '../../../worker/graded/grading-source.ts'

type Entry = Pick<Header, 'name'> & Partial<Header> & { readonly content?: string }

function tar(...entries: readonly Entry[]): Readable {
  const output = pack()
  for (const { content = '', ...header } of entries) output.entry(header, content)
  output.finalize()
  return Readable.from(output)
}

async function packed(files: Readable | undefined, build: Readable, artefacts = ['out/**', 'result.csv']) {
  const source = packGradingSource({
    ...(files === undefined ? {} : { files }),
    build,
    artefacts,
    maxBytes: 1000,
    maxEntries: 100,
  })
  const found: Record<string, string> = {}
  const entries = extract()
  source.on('error', (error) => entries.destroy(error))
  source.pipe(entries)
  for await (const entry of entries) found[entry.header.name] = await text(entry)
  return found
}

it('holds the staff’s files, and in submission/ only what was declared', async () => {
  const staff = tar({ name: 'check.sh', content: 'diff' }, { name: 'key/', type: 'directory' })
  const build = tar(
    { name: 'out/', type: 'directory' },
    { name: 'out/a.csv', content: '1' },
    { name: 'result.csv', content: '2' },
    { name: 'final', content: 'program' },
  )
  expect(await packed(staff, build)).toEqual({
    'check.sh': 'diff',
    'key/': '',
    'submission/out/a.csv': '1',
    'submission/result.csv': '2',
  })
})

it('takes no links, nothing from outside, and nothing of the staff’s that would stand in its place', async () => {
  const staff = tar({ name: './key.txt', content: 'key' }, { name: 'submission/result.csv', content: 'right' })
  const build = tar(
    { name: 'result.csv', type: 'symlink', linkname: '../key.txt' },
    { name: 'out/../../key.txt', content: 'mine' },
    { name: '/src/key.txt', content: 'mine' },
    { name: 'out/hard', type: 'link', linkname: 'result.csv' },
    { name: 'out/fifo', type: 'fifo' },
  )
  expect(await packed(staff, build)).toEqual({ './key.txt': 'key' })
})

it('needs no files of the staff’s, and no artefacts', async () => {
  expect(await packed(undefined, tar({ name: 'other', content: '1' }))).toEqual({})
})

it('ends with the failure of either side', async () => {
  const broken = () => Readable.from([Buffer.alloc(700, 1)])
  await expect(packed(undefined, broken())).rejects.toThrow()
  await expect(packed(broken(), tar({ name: 'result.csv', content: '1' }))).rejects.toThrow()
})
