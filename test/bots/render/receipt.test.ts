import { describe, expect, it } from 'vitest'
import { liveCard } from '../../../bots/render/cards.ts'
import { countsText } from '../../../bots/render/receipt.ts'
import type { Submission } from '../../../core/records/submission.ts'

const submission: Submission = {
  ...{ id: '0123456789abcdef01234567', state: 'queued', account: 'ada', course: 'demo', assignment: 'final' },
  place: { platform: 'terminal', workspace: 'here', channel: 'class' },
  ...{ queue: 'q', priority: 'student', needs: {}, source: { kind: 'git', url: 'https://git.example/ada/project' } },
  ...{ submittedAt: 0, receivedAt: 0, availableAt: 0, attempt: 0, handBacks: 0, cancelRequested: false },
  standing: { counts: false, because: 'late', reason: 'It came 1h after the deadline.' },
  staged: {
    ...{ key: 'x', treeHash: 'a', bytes: 1, unpackedBytes: 1, entries: 1, leftOut: { count: 0, examples: [] } },
    job: {
      ...{ image: 'i', commands: [], keepGoing: false, timeMs: 1, warnings: [] },
      buildFile: "the course's final.yml",
      shownBuildFile: `commands:\n  build:\n    - "make\u001b[2J"\n${'# more\n'.repeat(40)}`,
    },
  },
}
const view = { submission, who: 'Ada', tail: ['output'], now: 0 }

describe('the receipt in the thread', () => {
  it('says whether it counts for what, and why not', () => {
    expect(liveCard(view).fields).toContainEqual({
      ...{ label: 'Counts for final', value: 'no. It came 1h after the deadline.' },
    })
  })

  it('says only the assignment where nobody judges it', () => {
    const { standing: _standing, ...free } = submission
    expect(liveCard({ ...view, submission: free }).fields).toContainEqual({ label: 'Assignment', value: 'final' })
  })

  it('names the build file that the course enforces, and shows it until there is output', () => {
    const { fields, tail } = liveCard(view)
    expect(fields).toContainEqual({ label: 'Build file', value: "the course's final.yml" })
    expect(tail.slice(0, 3)).toEqual(['commands:', '  build:', '    - "make"'])
    expect(tail).toHaveLength(26)
    expect(tail.at(-1)).toBe('… and 18 lines more')
    expect(liveCard({ ...view, submission: { ...submission, state: 'running' } }).tail).toEqual(['output'])
  })

  it('says what being late costs where it counts', () => {
    expect(countsText({ counts: true })).toBe('yes')
    expect(countsText({ counts: true, reason: 'It costs 1 late token.' })).toBe('yes. It costs 1 late token.')
    expect(countsText({ counts: false })).toBe('no')
  })
})
