import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Submission } from '../../core/records/submission.ts'
import { linesFile } from './build.ts'
import type { ExpectedAnswer, ExpectedEnding, HostileCase, HostileClass } from './case.ts'
import { type Scene, setScene } from './scene.ts'
import { openTarget, type Target } from './target.ts'

/**
 * Attacks one deployment with case after case. A neighbour's job runs beside each attack, and so after the one before:
 * it has to succeed as if nothing were, and nothing that belongs to others may have changed.
 */
export function describeAssault(classes: readonly HostileClass[], which: (one: HostileCase) => boolean): void {
  let target: Target
  let scene: Scene

  beforeAll(async () => {
    target = await openTarget()
    scene = await setScene(target)
  }, 150_000)

  afterAll(async () => {
    try {
      if (scene !== undefined) await neighbour(target)
      await scene?.leave()
    } finally {
      await target?.close()
    }
  }, 150_000)

  for (const { name, cases } of classes) {
    const chosen = cases.filter(which)
    if (chosen.length === 0) continue
    describe.concurrent(name, { timeout: 150_000 }, () => {
      it.each(chosen)('$name', async (one) => {
        const typed = await one.attack(target.arsenal)
        if ('answer' in one.expected) await expectAnswer(target, typed, one.expected)
        else await expectEnding(target, one, typed, one.expected)
        await scene.check()
      })
    })
  }
}

function expectAnswer({ bot, inTurn }: Target, typed: string, { answer }: ExpectedAnswer): Promise<void> {
  return inTurn(async () => {
    const from = bot.output().length
    bot.type(`/rai submit ${typed}`)
    await bot.matches(typeof answer === 'string' ? new RegExp(escaped(answer)) : answer, from)
    expect(bot.output().slice(from)).not.toContain('Its id is')
  })
}

async function expectEnding(target: Target, one: HostileCase, typed: string, expected: ExpectedEnding): Promise<void> {
  const { installation, log } = target
  const id = await target.submit(typed)
  // What is refused meets nobody's job.
  const beside = expected.verdict === 'refused' ? undefined : neighbour(target)
  beside?.catch(() => undefined)
  const submission = await installation.finished(id)
  const stored = submission.result?.log === undefined ? '' : await log(submission.result.log.key)
  const about = `${submission.result?.sentence}\n${stored.slice(-2000)}`
  expect(submission.verdict, about).toBe(expected.verdict)
  if (expected.code !== undefined) expect(submission.result?.code, about).toBe(expected.code)
  if (expected.sentence !== undefined) expect(submission.result?.sentence).toMatch(expected.sentence)
  if (expected.log !== undefined) expect(stored).toMatch(expected.log)
  if (expected.notInLog !== undefined) expect(stored).not.toMatch(expected.notInLog)
  if (expected.results !== undefined) expect(await resultsOf(target, submission)).toEqual(expected.results)
  expect(submission.attempt, 'a student’s own doing is never tried again').toBeLessThanOrEqual(1)
  await one.also?.(submission, target.arsenal)
  await beside
}

/** A job that has nothing to do with it. */
async function neighbour({ installation, submit, log }: Target): Promise<void> {
  const lines = linesFile(['echo $RAI_SUBMISSION > mine', 'cat mine', 'cat /src/rai_build.yml'])
  const id = await submit(await installation.folder({ 'rai_build.yml': lines }))
  const { verdict, result, attempt } = await installation.finished(id)
  expect({ verdict, attempt }, `the neighbour: ${result?.sentence}`).toEqual({ verdict: 'succeeded', attempt: 1 })
  const stored = await log(result?.log?.key ?? '')
  expect(stored).toContain(`\n${id}\n`)
  expect(stored).toContain(lines)
}

async function resultsOf({ store }: Target, { result }: Submission): Promise<Record<string, string>> {
  const archive = await store.get(result?.build?.key ?? '')
  if (archive === undefined) throw new Error('no result was kept')
  const entries = Readable.from(archive).pipe(createGunzip()).pipe(extract())
  const found: Record<string, string> = {}
  for await (const entry of entries) {
    const { name, type, linkname } = entry.header
    if (type !== 'directory') found[name] = type === 'symlink' ? `symlink → ${linkname}` : String(type)
    entry.resume()
  }
  return found
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
