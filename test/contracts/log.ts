import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogCap } from '../../core/log/cap.ts'
import { type LogCursor, type LogEntry, logStart, type SubmissionLog } from '../../core/log/log.ts'
import { newSubmissionId } from '../../core/vocabulary.ts'

export interface LogHarnessOptions {
  readonly cap?: LogCap
}

export function entry(sequence: number, { attempt = 1, text = `line ${sequence}\n` } = {}): LogEntry {
  const pieces = [{ stream: 'stdout' as const, at: 1_700_000_000_000 + sequence, text }]
  return { version: 1, attempt, sequence, kind: 'pieces', pieces }
}

export function entries(from: number, to: number, attempt = 1): LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => entry(from + index, { attempt }))
}

/** Follows until `count` entries came. */
export async function collect(log: SubmissionLog, submission: string, count: number, after: LogCursor = logStart) {
  const found: LogEntry[] = []
  if (count === 0) return found
  for await (const next of log.follow(submission, { after, signal: AbortSignal.timeout(20_000) })) {
    found.push(next)
    if (found.length === count) break
  }
  return found
}

/** What every log does. `open` is called before each test; the suite closes what it returns. */
export function describeLog(name: string, open: (options?: LogHarnessOptions) => Promise<SubmissionLog>): void {
  describe(`a submission log on ${name}`, () => {
    let log: SubmissionLog
    let submission: string

    beforeEach(async () => {
      log = await open()
      submission = newSubmissionId()
    })

    afterEach(() => log.close())

    const read = (after: LogCursor = logStart, limit = 10_000) => log.read(submission, { after, limit })

    it('replays what was appended', async () => {
      const end: LogEntry = { version: 1, attempt: 1, sequence: 3, kind: 'end', pieces: [] }
      await log.append(submission, entries(1, 2))
      await log.append(submission, [end])
      expect(await read()).toEqual([...entries(1, 2), end])
    })

    it('reads nothing from a log that does not exist', async () => {
      expect(await read()).toEqual([])
    })

    it('takes an append of nothing', async () => {
      await log.append(submission, [])
      expect(await read()).toEqual([])
    })

    it('replays from a cursor, no more than asked for', async () => {
      await log.append(submission, entries(1, 20))
      expect(await read({ attempt: 1, sequence: 5 }, 10)).toEqual(entries(6, 15))
      expect(await read({ attempt: 1, sequence: 20 })).toEqual([])
      expect(await read({ attempt: 2, sequence: 1 })).toEqual([])
    })

    it('keeps logs apart', async () => {
      await log.append(submission, entries(1, 2))
      expect(await log.read(newSubmissionId(), { after: logStart, limit: 10 })).toEqual([])
    })

    it('leaves out what it has already, so that an append can be repeated', async () => {
      await log.append(submission, entries(1, 5))
      await log.append(submission, entries(1, 5))
      await log.append(submission, entries(4, 8))
      expect(await read()).toEqual(entries(1, 8))
    })

    it('refuses the old attempt once a new one began', async () => {
      await log.append(submission, entries(1, 3, 1))
      await log.append(submission, entries(1, 2, 2))
      await log.append(submission, entries(4, 9, 1))
      await log.append(submission, entries(3, 3, 2))
      expect(await read()).toEqual([...entries(1, 3, 1), ...entries(1, 3, 2)])
    })

    it('shows several readers the same, as it comes', async () => {
      const readers = [1, 2, 3].map(() => collect(log, submission, 30))
      for (let from = 1; from <= 30; from += 5) await log.append(submission, entries(from, from + 4))
      for (const seen of await Promise.all(readers)) expect(seen).toEqual(entries(1, 30))
    })

    it('shows a late reader everything, then what comes', async () => {
      await log.append(submission, entries(1, 10))
      const early = collect(log, submission, 15)
      const late = collect(log, submission, 10, { attempt: 1, sequence: 5 })
      await log.append(submission, entries(11, 15))
      expect(await early).toEqual(entries(1, 15))
      expect(await late).toEqual(entries(6, 15))
    })

    it('shows a new entry soon', async () => {
      await log.append(submission, entries(1, 1))
      const following = log
        .follow(submission, { after: logStart, signal: AbortSignal.timeout(20_000) })
        [Symbol.asyncIterator]()
      await following.next()
      const next = following.next()
      const started = performance.now()
      await log.append(submission, entries(2, 2))
      expect((await next).value).toEqual(entry(2))
      expect(performance.now() - started).toBeLessThan(10_000)
      await following.return?.()
    })

    it('goes on from the end of one attempt to the next', async () => {
      const seen = collect(log, submission, 3)
      await log.append(submission, [{ version: 1, attempt: 1, sequence: 1, kind: 'end', pieces: [] }])
      await log.append(submission, entries(1, 2, 2))
      expect((await seen).map(({ attempt, sequence }) => `${attempt}-${sequence}`)).toEqual(['1-1', '2-1', '2-2'])
    })

    it('ends a reader that waits when its signal aborts', async () => {
      const controller = new AbortController()
      const following = log.follow(submission, { after: logStart, signal: controller.signal })[Symbol.asyncIterator]()
      const next = following.next()
      controller.abort()
      expect((await next).done).toBe(true)
    })

    it('does not begin to follow with a signal that has aborted already', async () => {
      await log.append(submission, entries(1, 1))
      const following = log.follow(submission, { after: logStart, signal: AbortSignal.abort() })
      expect((await following[Symbol.asyncIterator]().next()).done).toBe(true)
    })

    it('cuts the oldest when the cap is met, and the hole shows', async () => {
      const capped = await open({ cap: { entries: 400, bytes: 1 << 20 } })
      for (let from = 1; from <= 2_000; from += 100) await capped.append(submission, entries(from, from + 99))
      const left = await capped.read(submission, { after: logStart, limit: 10_000 })
      await capped.close()
      expect(left.length).toBeLessThanOrEqual(600)
      expect(left.length).toBeGreaterThanOrEqual(200)
      expect(left).toEqual(entries(2_001 - left.length, 2_000))
    })

    it('meets the cap of bytes, too', async () => {
      const capped = await open({ cap: { entries: 100_000, bytes: 1 << 20 } })
      const text = 'x'.repeat(32 << 10)
      for (let sequence = 1; sequence <= 100; sequence += 1)
        await capped.append(submission, [entry(sequence, { text })])
      const left = await capped.read(submission, { after: logStart, limit: 10_000 })
      await capped.close()
      expect(left.length * text.length).toBeLessThanOrEqual(1.5 * (1 << 20))
      expect(left.length * text.length).toBeGreaterThanOrEqual(0.5 * (1 << 20))
      expect(left.at(-1)?.sequence).toBe(100)
    })

    it.each([
      ['32 KB', 'x'.repeat(32 << 10)],
      ['many scripts', 'żółw 🐢 \u{1F469}\u200D\u{1F4BB} \u202E עברית 你好 ﷽ \uFEFF'],
      ['control characters', '\u0000\u0007\u001b[31mred\u001b[0m\r\n\u2028\u2029\u0085'],
      ['quotes', `"'\\ \n{"version":1}\n`],
      ['nothing', ''],
    ])('keeps text of %s as it is', async (_, text) => {
      await log.append(submission, [entry(1, { text }), entry(2, { text })])
      expect(await read()).toEqual([entry(1, { text }), entry(2, { text })])
    })

    it('takes and replays 1,000 entries quickly', async () => {
      const started = performance.now()
      await log.append(submission, entries(1, 1_000))
      expect(await collect(log, submission, 1_000)).toEqual(entries(1, 1_000))
      expect(performance.now() - started).toBeLessThan(15_000)
    })

    it('loses nothing of what is appended at once to many logs', async () => {
      const submissions = Array.from({ length: 20 }, newSubmissionId)
      const readers = submissions.map((each) => collect(log, each, 50))
      await Promise.all(
        submissions.flatMap((each) => [log.append(each, entries(1, 25)), log.append(each, entries(26, 50))]),
      )
      for (const seen of await Promise.all(readers)) expect(seen).toEqual(entries(1, 50))
    })

    it('forgets a log, and forgets it again', async () => {
      await log.append(submission, entries(1, 3))
      await log.remove(submission)
      await log.remove(submission)
      expect(await read()).toEqual([])
      await log.append(submission, entries(1, 1))
      expect(await read()).toEqual(entries(1, 1))
    })

    it('goes on for a reader whose log was lost with the bus', async () => {
      const seen = collect(log, submission, 4)
      await log.append(submission, entries(1, 2))
      await expect.poll(() => read({ attempt: 1, sequence: 1 })).toHaveLength(1)
      const later = collect(log, submission, 2, { attempt: 1, sequence: 2 })
      await log.remove(submission)
      await log.append(submission, entries(5, 6))
      expect(await later).toEqual(entries(5, 6))
      expect((await seen).at(-1)).toEqual(entry(6))
    })

    it.each(['../x', '', 'a/b', 'x'.repeat(81), '*'])('refuses %j as the name of a log', async (bad) => {
      await expect(log.append(bad, entries(1, 1))).rejects.toThrow(RangeError)
      await expect(log.read(bad, { after: logStart, limit: 1 })).rejects.toThrow(RangeError)
      await expect(log.remove(bad)).rejects.toThrow(RangeError)
    })

    it('passes its check', async () => {
      await expect(log.check()).resolves.toBeUndefined()
    })

    it('ends its readers when it closes, and closes twice', async () => {
      const following = log
        .follow(submission, { after: logStart, signal: new AbortController().signal })
        [Symbol.asyncIterator]()
      const next = following.next()
      await log.close()
      await log.close()
      expect((await next).done).toBe(true)
    })

    it('does not mind readers that leave early', async () => {
      await log.append(submission, entries(1, 10))
      expect(await collect(log, submission, 1)).toEqual(entries(1, 1))
      expect(await collect(log, submission, 10)).toEqual(entries(1, 10))
    })
  })
}

export function newLogPrefix(): string {
  return `test-${randomUUID()}/log-`
}
