import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { imageLines } from '../../../bin/commands/image-lines.ts'
import { readEvents } from '../../../worker/images/engine-events.ts'
import { createProgress } from '../../../worker/images/progress.ts'
import { createRegistry, originOf } from '../../../worker/images/registry.ts'

test('progress is one line every few seconds, however much is told', async () => {
  const lines: string[] = []
  let now = 0
  const say = async (line: string) => {
    lines.push(line)
  }
  const progress = createProgress({ title: 'Pulling gcc:13', say, everyMs: 4000, now: () => now })
  await progress.add({ status: 'Pulling from library/gcc', id: '13' })
  for (const id of ['a', 'b', 'c']) await progress.add({ status: 'Pulling fs layer', id })
  for (let current = 0; current <= 1000; current++) {
    now += 10
    await progress.add({
      status: 'Downloading',
      id: 'a',
      progressDetail: { current: current * 1024, total: 1_024_000 },
    })
    if (current === 500) await progress.add({ status: 'Pull complete', id: 'b' })
  }
  expect(lines).toEqual([
    'Pulling gcc:13: 0 of 3 layers, 399 KiB of 1000 KiB',
    'Pulling gcc:13: 1 of 3 layers, 799 KiB of 1000 KiB',
  ])
})

test('events come whole, whichever way their bytes are cut', async () => {
  const text = '{"status":"ä"}\n\n{"stream":"b\\n"}\n{"aux":{"ID":"sha256:c"}}'
  const bytes = Buffer.from(text)
  const pieces = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1))
  const events = []
  for await (const event of readEvents(Readable.from(pieces, { objectMode: true }))) events.push(event)
  expect(events).toEqual([{ status: 'ä' }, { stream: 'b\n' }, { aux: { ID: 'sha256:c' } }])
})

test('a line that does not end is refused', async () => {
  const endless = Readable.from(Array.from({ length: 20 }, () => 'x'.repeat(100_000)))
  await expect(drain(endless)).rejects.toThrow('does not end')
})

async function drain(stream: Readable): Promise<void> {
  for await (const event of readEvents(stream)) expect.unreachable(JSON.stringify(event))
}

test('the password goes to the registry it belongs to, and to no other', () => {
  const registry = createRegistry({ address: 'registry.example:5000/ece', username: 'rai', password: 'pw' })
  expect(registry.loginFor('registry.example:5000/any/thing:1')).toEqual({
    username: 'rai',
    password: 'pw',
    serveraddress: 'registry.example:5000',
  })
  for (const image of ['gcc:13', 'registry.example/x:1', 'registry.example:50001/x:1', 'evil/registry.example:5000/x'])
    expect(registry.loginFor(image)).toBeUndefined()
  expect(registry.redact('bad login pw for rai')).toBe('bad login [redacted] for rai')
})

test('a private image comes from the configured registry, or from nowhere', () => {
  const registry = createRegistry({ address: 'registry.example' })
  expect(originOf('rai/c/team-a/app:1', registry)).toBe('registry.example/rai/c/team-a/app:1')
  expect(originOf('rai/c/team-a/app:1', undefined)).toBeUndefined()
  expect(originOf('gcc:13', registry)).toBe('gcc:13')
})

test('the list of images shows no control characters of a label', () => {
  const lines = imageLines(
    [
      { names: ['gcc:13'], id: 'sha256:a', bytes: 1024 ** 3, usedAt: 1000, pinned: true },
      { names: ['x:1'], id: 'sha256:b', bytes: 10, pinned: false, namespace: '\u{1b}[2Jrai/c/a' },
    ],
    61_000,
  )
  expect(lines).toEqual([
    '    1 GiB  used 1m ago       gcc:13  (pinned)',
    '     10 B  not RAI’s         x:1  (only for rai/c/a)',
    '2 images; RAI fetched or built 1 of them, 1 GiB.',
  ])
})
