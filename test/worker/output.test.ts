import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRedactor } from '../../core/secret/redact.ts'
import { createOutput } from '../../worker/output.ts'
import { openSpool, type Spool } from '../../worker/spool.ts'

const redactor = createRedactor(['hunter2hunter2', 'p@ss word'])

let folder: string
let spool: Spool

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-output-'))
  spool = await openSpool(join(folder, 'log.ndjson'))
})

afterEach(async () => {
  await spool.close()
  await rm(folder, { recursive: true })
})

function open() {
  return createOutput({ attempt: 1, spool, onEntry: () => undefined, redactor })
}

it('keeps secrets out of the spool, however the chunks are cut', async () => {
  const whole = Buffer.from('über hunter2hunter2, p@ss word und hunter2!\n')
  const output = open()
  for (let at = 0; at < whole.length; at += 1) await output.write('stdout', whole.subarray(at, at + 1))
  await output.end()
  expect(await text(spool.text())).toBe('über [redacted], [redacted] und hunter2!\n')
})

it('keeps the streams apart, and takes secrets out of what RAI says, too', async () => {
  const output = open()
  await output.write('stdout', Buffer.from('hunter2'))
  await output.write('stderr', Buffer.from('hunter2'))
  await output.say('$ login hunter2hunter2')
  await output.end()
  expect(await text(spool.text())).toBe('hunter2hunter2$ login [redacted]\n')
})

it('shows what only looked like the start of a secret before the next line of RAI', async () => {
  const output = open()
  await output.write('stdout', Buffer.from('p@ss'))
  await output.say('  exit code 0')
  await output.write('stdout', Buffer.from('ed\n'))
  await output.end()
  expect(await text(spool.text())).toBe('p@ss  exit code 0\ned\n')
})
