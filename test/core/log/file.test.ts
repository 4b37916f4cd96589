import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFileLog } from '../../../core/log/file.ts'
import { logStart, type SubmissionLog } from '../../../core/log/log.ts'
import { collect, describeLog, entries, type LogHarnessOptions } from '../../contracts/log.ts'

const submission = '5f0c1d2e3a4b5c6d7e8f9a0b'
let root: string
let opened: SubmissionLog[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rai-log-'))
  opened = []
})

afterEach(async () => {
  await Promise.all(opened.map((log) => log.close()))
  await rm(root, { recursive: true })
})

function open(options: LogHarnessOptions & { expireMs?: number; pollMs?: number; sweepEveryMs?: number } = {}) {
  const log = createFileLog({ root, expireMs: 60_000, ...options })
  opened.push(log)
  return log
}

const readAll = (log: SubmissionLog) => log.read(submission, { after: logStart, limit: 10_000 })

describeLog('files', async (options) => open(options))

it('goes on after a crash in the middle of a line', async () => {
  const file = join(root, submission, '1-1.ndjson')
  await open().append(submission, entries(1, 3))
  await truncate(file, (await stat(file)).size - 10)
  const log = open()
  const seen = collect(log, submission, 5)
  await log.append(submission, entries(3, 5))
  expect(await readAll(log)).toEqual(entries(1, 5))
  expect(await seen).toEqual(entries(1, 5))
})

it('shows no entry before its line is whole', async () => {
  const log = open({ pollMs: 10 })
  await log.append(submission, entries(1, 1))
  const line = `${JSON.stringify(entries(2, 2)[0])}\n`
  const file = join(root, submission, '1-1.ndjson')
  await appendFile(file, line.slice(0, 30))
  expect(await readAll(log)).toEqual(entries(1, 1))
  const seen = collect(log, submission, 2)
  await appendFile(file, line.slice(30))
  expect(await seen).toEqual(entries(1, 2))
})

it('skips lines that are no entries', async () => {
  const log = open()
  await log.append(submission, entries(1, 1))
  await appendFile(join(root, submission, '1-1.ndjson'), 'garbage\n{"version":99}\n\n')
  await log.append(submission, entries(2, 2))
  expect(await readAll(log)).toEqual(entries(1, 2))
})

it('shows entries in order when an old worker wrote late', async () => {
  const log = open()
  await log.append(submission, entries(1, 1, 2))
  await appendFile(join(root, submission, '2-1.ndjson'), `${JSON.stringify(entries(9, 9, 1)[0])}\n`)
  await log.append(submission, entries(2, 2, 2))
  expect(await readAll(log)).toEqual(entries(1, 2, 2))
})

it('sees what another log object of the same folder appends, and refuses what that has', async () => {
  const [writer, other] = [open(), open()]
  await writer.append(submission, entries(1, 3))
  await other.append(submission, entries(2, 5))
  await writer.append(submission, entries(4, 6))
  expect(await readAll(other)).toEqual(entries(1, 6))
})

it('is followed from another process', async () => {
  const log = open()
  const script = `
    import { createFileLog } from './core/log/file.ts'
    const log = createFileLog({ root: process.argv[1], expireMs: 60000 })
    const signal = AbortSignal.timeout(20000)
    for await (const entry of log.follow('${submission}', { after: { attempt: 0, sequence: 0 }, signal })) {
      if (entry.kind === 'end') break
      console.log(entry.sequence)
    }
    await log.close()`
  const child = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, root])
  await log.append(submission, entries(1, 10))
  await log.append(submission, entries(11, 20))
  await log.append(submission, [{ version: 1, attempt: 1, sequence: 21, kind: 'end', pieces: [] }])
  expect((await child).stdout.trim().split('\n')).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`))
})

it('keeps up with a reader that was slower than the cap', async () => {
  const log = open({ cap: { entries: 80, bytes: 1 << 20 } })
  await log.append(submission, entries(1, 50))
  const following = log
    .follow(submission, { after: logStart, signal: AbortSignal.timeout(20_000) })
    [Symbol.asyncIterator]()
  expect((await following.next()).value?.sequence).toBe(1)
  await log.append(submission, entries(51, 500))
  let last = 1
  while (last < 500) {
    const sequence = (await following.next()).value?.sequence
    expect(sequence).toBeGreaterThan(last)
    last = sequence
  }
  expect((await readdir(join(root, submission))).length).toBeLessThanOrEqual(8)
  await following.return?.()
})

it('removes logs to which nothing was added for long', async () => {
  const log = open({ expireMs: 60_000, sweepEveryMs: 20 })
  await log.append(submission, entries(1, 1))
  await log.append('fresh', entries(1, 1))
  await utimes(join(root, submission, '1-1.ndjson'), 1, 1)
  await expect.poll(() => readdir(root)).toEqual(['fresh'])
})

it('fails its check when it cannot write', async () => {
  await writeFile(join(root, 'file'), '')
  const log = createFileLog({ root: join(root, 'file'), expireMs: 1_000 })
  await expect(log.check()).rejects.toMatchObject({ name: 'ProviderError', provider: 'file' })
  await log.close()
})
