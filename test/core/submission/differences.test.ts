import { describe, expect, it } from 'vitest'
import { againstLine, changeFields, sameLine } from '../../../bots/render/changes.ts'
import type { Submission } from '../../../core/records/submission.ts'
import { compareRuns } from '../../../core/submission/differences.ts'
import { place, staged, succeeded } from '../../bots/world.ts'

const digest = (letter: string) => `rai/course@sha256:${letter.repeat(64)}`

const before: Submission = {
  id: '5f0c1d2e3a4b5c6d7e8f9a0b',
  state: 'finished',
  verdict: 'succeeded',
  place,
  account: 'a',
  course: 'demo',
  queue: 'rai_amd64',
  priority: 'student',
  needs: {},
  source: { kind: 'git', url: 'https://git.example/ada/matrix.git' },
  staged,
  submittedAt: 0,
  receivedAt: 0,
  availableAt: 0,
  attempt: 1,
  handBacks: 0,
  cancelRequested: false,
  result: { ...succeeded, imageDigest: digest('a'), host: 'one', durationMs: 2000 },
}

const runWith = (changes: Partial<Submission> = {}): Submission => ({ ...before, id: 'f'.repeat(24), ...changes })

describe('two runs', () => {
  it('of the same are the same, and only what came of them is listed', () => {
    const { changed, same, outcome } = compareRuns(before, runWith())
    expect(changed).toEqual([])
    expect(same).toEqual(expect.arrayContaining(['code', 'commit', 'build file', 'image', 'image digest', 'host']))
    expect(outcome.map(({ aspect }) => aspect)).toEqual(['verdict', 'run time', 'peak memory'])
  })

  it.each([
    ['code', runWith({ staged: { ...staged, treeHash: 'b'.repeat(64) } })],
    ['build file', runWith({ staged: { ...staged, job: { ...staged.job, buildFile: 'default' } } })],
    ['commands', runWith({ staged: { ...staged, job: { ...staged.job, commands: [] } } })],
    ['time limit', runWith({ staged: { ...staged, job: { ...staged.job, timeMs: 1 } } })],
    ['image digest', runWith({ result: { ...succeeded, host: 'one', imageDigest: digest('b') } })],
    ['device', runWith({ needs: { gpus: 1, gpuArchitecture: 'volta' } })],
    ['queue', runWith({ queue: 'rai_gpu' })],
  ])('tell that the %s changed, and nothing else', (aspect, other) => {
    expect(compareRuns(before, other).changed.map((one) => one.aspect)).toEqual([aspect])
  })

  it('say what one of them lacks', () => {
    const { staged: _, result: __, ...bare } = runWith()
    expect(compareRuns(before, bare).changed[0]).toEqual({ aspect: 'code', kind: 'hash', before: 'a'.repeat(64) })
  })
})

describe('the wording', () => {
  const slower = runWith({
    verdict: 'failed',
    result: { ...succeeded, imageDigest: digest('b'), host: 'one', durationMs: 3000, exitCode: 1 },
  })

  it('names old and new value, and how much a time changed', () => {
    const fields = changeFields(compareRuns(before, slower))
    expect(fields).toContainEqual({ label: 'Image digest', value: 'aaaaaaaaaaaa → bbbbbbbbbbbb' })
    expect(fields).toContainEqual({ label: 'Verdict', value: 'succeeded → failed' })
    expect(fields).toContainEqual({ label: 'Run time', value: '2s → 3s (50% more)' })
    expect(fields).toContainEqual({ label: 'Peak memory', value: '12 MB, as before' })
    expect(sameLine(compareRuns(before, slower))).toMatch(/^The same in both: code, commit, build file/)
  })

  it('is one sentence under a verdict', () => {
    expect(againstLine(before, slower)).toBe(
      'Against 5f0c1d2e: image digest aaaaaaaaaaaa → bbbbbbbbbbbb; verdict succeeded → failed; run time 2s → 3s (50% more).',
    )
    expect(againstLine(before, runWith())).toBe(
      'Against 5f0c1d2e: the same code, build file, image and limits; run time 2s, as before.',
    )
  })
})
