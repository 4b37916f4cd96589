import { describe, expect, it } from 'vitest'
import type { RankingRule } from '../../../core/course/assignment.ts'
import { buildBoard, frozenAsOf, type RankedRun, rankedRun } from '../../../core/ranking/board.ts'
import { pseudonymKey, pseudonymsOf } from '../../../core/ranking/pseudonyms.ts'
import type { Result } from '../../../core/records/json.ts'
import type { Submission } from '../../../core/records/submission.ts'
import { place, succeeded } from '../../bots/world.ts'

const byTime: RankingRule = { metric: 'time', order: 'ascending', of: 'best', pseudonyms: true }
const byScore: RankingRule = { metric: 'score', order: 'descending', of: 'best', pseudonyms: true }

function run(owner: string, value: number, at: number, submission = `${owner}${at}`): RankedRun {
  return { submission, owner, submittedAt: at, finishedAt: at + 5, value }
}

const places = (rows: ReturnType<typeof buildBoard>) =>
  rows.map(({ rank, owner, value }) => `${rank} ${owner} ${value}`)

describe('a board', () => {
  it('takes the best of somebody’s runs, the earliest of equals, and says how many there were', () => {
    const rows = buildBoard([run('a', 5, 3), run('a', 4, 2), run('a', 4, 1), run('b', 6, 1)], byTime)
    expect(rows).toEqual([
      { rank: 1, owner: 'a', value: 4, submission: 'a1', submittedAt: 1, runs: 3 },
      { rank: 2, owner: 'b', value: 6, submission: 'b1', submittedAt: 1, runs: 1 },
    ])
  })

  it('takes the latest where the rule says so', () => {
    const runs = [run('a', 1, 1), run('a', 9, 2), run('b', 5, 1)]
    expect(places(buildBoard(runs, { ...byTime, of: 'latest' }))).toEqual(['1 b 5', '2 a 9'])
  })

  it('puts more before less where that is better', () => {
    expect(places(buildBoard([run('a', 1, 1), run('b', 2, 1)], byScore))).toEqual(['1 b 2', '2 a 1'])
  })

  it('gives equals one rank, skips the next, and lists who was first first', () => {
    const rows = buildBoard([run('a', 5, 9), run('b', 5, 2), run('c', 7, 1), run('d', 3, 1)], byTime)
    expect(places(rows)).toEqual(['1 d 3', '2 b 5', '2 a 5', '4 c 7'])
  })

  it('is the same whatever the order of the runs', () => {
    const runs = Array.from({ length: 60 }, (_, n) => run(`t${n % 13}`, (n * 7) % 11, n % 17, `s${n}`))
    const expected = buildBoard(runs, byTime)
    for (let turn = 1; turn < 6; turn += 1) {
      const shuffled = runs.toSorted((a, b) => ((a.submittedAt * turn * 31) % 7) - ((b.submittedAt * turn * 31) % 7))
      expect(buildBoard(shuffled, byTime)).toEqual(expected)
    }
  })

  it('leaves out what ended after the moment it shows', () => {
    expect(places(buildBoard([run('a', 5, 1), run('a', 1, 100)], byTime, 50))).toEqual(['1 a 5'])
  })
})

describe('the freeze', () => {
  it.each([
    [99, 200, undefined],
    [100, 200, 100],
    [199, 200, 100],
    [200, 200, undefined],
    [500, undefined, 100],
  ])('at %i with the deadline at %s shows the board as of %s', (now, dueAt, asOf) => {
    expect(frozenAsOf({ frozenAt: 100 }, dueAt, now)).toBe(asOf)
  })

  it('is nothing where the rule has none', () => {
    expect(frozenAsOf({}, 10, 5)).toBeUndefined()
  })
})

describe('what ranks', () => {
  const measured = { timesMs: [4.00049, 5], takenMs: 4.00049 }
  const submission = (changes: Partial<Submission> = {}, result: Partial<Result> = {}): Submission => ({
    ...{ id: 's', state: 'finished', verdict: 'succeeded', place, account: 'ada', course: 'demo', queue: 'q' },
    ...{ priority: 'student', needs: {}, source: { kind: 'git', url: 'https://git.example/a.git' }, submittedAt: 1 },
    ...{ receivedAt: 1, finishedAt: 9, availableAt: 0, attempt: 1, handBacks: 0, cancelRequested: false },
    standing: { counts: true },
    result: { ...succeeded, measured, ...result },
    ...changes,
  })

  it('is what the worker measured of a run that counts', () => {
    expect(rankedRun(submission(), byTime, 'ada')).toEqual({
      ...{ submission: 's', owner: 'person:ada', submittedAt: 1, finishedAt: 9, value: 4 },
    })
    expect(rankedRun(submission({ team: 'red' }), byTime, 'ada')?.owner).toBe('team:red')
    expect(rankedRun(submission({}, { grade: { passed: true, score: 80 } }), byScore, 'ada')?.value).toBe(80)
  })

  it.each<[string, Submission]>([
    ['failed', submission({ verdict: 'failed' })],
    ['does not count', submission({ standing: { counts: false, because: 'late' } })],
    ['was never judged', (({ standing: _, ...rest }) => rest)(submission())],
    ['did not pass its grading', submission({}, { grade: { passed: false, score: 100 } })],
    ['has too low a score', submission({}, { grade: { passed: true, score: 49 } })],
    ['has no score', submission({}, { grade: { passed: true } })],
    [
      'has no time',
      (({ result: _, ...rest }) => ({ ...rest, result: { ...succeeded, grade: { passed: true, score: 60 } } }))(
        submission(),
      ),
    ],
  ])('is nothing that %s', (_, one) => {
    expect(rankedRun(one, { ...byTime, validScore: 50 }, 'ada')).toBeUndefined()
  })
})

describe('pseudonyms', () => {
  const owners = Array.from({ length: 3000 }, (_, n) => `team:${n}`)
  const key = pseudonymKey('secret', 'ece408', 'final')

  it('are the same every time, and one for each', () => {
    const names = pseudonymsOf(owners, key)
    expect(new Set(names.values()).size).toBe(owners.length)
    expect(pseudonymsOf(owners.toReversed(), key)).toEqual(new Map([...names].toReversed()))
  })

  it('are others for another assignment, another course and another secret', () => {
    const name = pseudonymsOf(['team:1'], key).get('team:1')
    for (const [secret, course, assignment] of [
      ['secret', 'ece408', 'hw1'],
      ['secret', 'ece409', 'final'],
      ['other', 'ece408', 'final'],
    ] as const) {
      expect(pseudonymsOf(['team:1'], pseudonymKey(secret, course, assignment)).get('team:1')).not.toBe(name)
    }
  })

  it('say nothing that was not hashed', () => {
    expect([...pseudonymsOf(owners, key).values()].join(' ')).not.toMatch(/team/)
  })
})
