import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findAssignment, judge, tokensOf } from '../../../core/course/admission.ts'
import type { Assignment, LatePolicy, Standing } from '../../../core/course/assignment.ts'
import type { Course } from '../../../core/course/course.ts'
import type { PastSubmission } from '../../../core/records/admission-facts.ts'

const hour = 3_600_000
const day = 24 * hour
const due = Date.UTC(2026, 11, 12, 5, 59)
const zone = 'America/Chicago'

const final: Assignment = { name: 'final', title: 'Final', dueAt: due, quotas: [], requiredFiles: [], limits: {} }
const course: Course = {
  ...{ name: 'ece408', title: 'ECE 408', queue: 'q', timeMs: hour, keepGoing: false, visibility: 'public' },
  ...{ publicResults: false, waitingLimit: 3, intervalMs: 0, timeZone: zone, lateTokens: 3 },
  assignments: [final, { ...final, name: 'm1' }],
}
const party = { account: 'ada', team: 'alpha' }

interface Changes {
  readonly assignment?: Partial<Assignment>
  readonly at?: number
  readonly past?: readonly PastSubmission[]
  readonly extendedTo?: number
  readonly staff?: boolean
}

function standing({ assignment = {}, at = due, past = [], extendedTo, staff = false }: Changes = {}): Standing {
  return judge({
    course,
    assignment: { ...final, ...assignment },
    party,
    submittedAt: at,
    facts: { past, ...(extendedTo === undefined ? {} : { extendedTo }) },
    staff,
    unlimited: staff,
  })
}

let ids = 0
function earlier(changes: Partial<PastSubmission> = {}): PastSubmission {
  ids += 1
  return { id: `${ids}`, ...party, assignment: 'final', submittedAt: due - hour, ...changes }
}

const late: LatePolicy = { graceMs: 10 * 60_000, untilAt: due + 3 * day, percentPerDay: 10, tokens: true }

describe('what is submitted for an assignment', () => {
  it('counts up to the very deadline', () => {
    expect(standing()).toEqual({ counts: true })
  })

  it('does not count a moment later, and says by how much and by whose clocks', () => {
    expect(standing({ at: due + 1 })).toEqual({
      counts: false,
      because: 'late',
      lateMs: 1,
      reason: 'It came 1s after the deadline, 2026-12-11 23:59 (America/Chicago).',
    })
  })

  it('counts at any time where there is no deadline', () => {
    const { dueAt: _dueAt, ...open } = final
    expect(
      judge({
        course,
        assignment: open,
        party,
        submittedAt: due * 2,
        facts: { past: [] },
        staff: false,
        unlimited: false,
      }),
    ).toEqual({ counts: true })
  })

  it('is refused before the assignment opens, except for staff', () => {
    const assignment = { opensAt: due - day }
    expect(() => standing({ assignment, at: due - day - 1 })).toThrow(
      'final opens on 2026-12-10 23:59 (America/Chicago), so nothing can be submitted for it yet.',
    )
    expect(standing({ assignment, at: due - day })).toEqual({ counts: true })
    expect(standing({ assignment, at: due - 2 * day, staff: true })).toEqual({ counts: true })
  })

  it('is not late within the grace', () => {
    expect(standing({ assignment: { late }, at: due + late.graceMs })).toEqual({ counts: true })
  })

  it('costs a late token for each day that has begun, and percent', () => {
    expect(standing({ assignment: { late }, at: due + late.graceMs + 1 })).toMatchObject({
      counts: true,
      lateTokens: 1,
    })
    expect(standing({ assignment: { late }, at: due + day })).toMatchObject({ lateTokens: 1 })
    expect(standing({ assignment: { late }, at: due + day + 1 })).toEqual({
      counts: true,
      lateMs: day + 1,
      lateTokens: 2,
      reason:
        'It came 1d after the deadline, 2026-12-11 23:59 (America/Chicago), and costs 2 late tokens (1 left) and 20 % of the points.',
    })
  })

  it('does not count where the late tokens are used up by other assignments', () => {
    const past = [earlier({ assignment: 'm1', standing: { counts: true, lateTokens: 3 } })]
    expect(standing({ assignment: { late }, at: due + hour, past })).toEqual({
      counts: false,
      because: 'late',
      lateMs: hour,
      reason:
        'It came 1h after the deadline, 2026-12-11 23:59 (America/Chicago), which takes 1 late token, and there are 0 left.',
    })
  })

  it('pays for a second late submission of the same assignment only the days since', () => {
    const past = [earlier({ submittedAt: due + hour, standing: { counts: true, lateTokens: 1 } })]
    expect(standing({ assignment: { late }, at: due + 2 * hour, past })).toMatchObject({ counts: true, lateTokens: 1 })
    expect(tokensOf(course, final, party, [...past, ...past])).toEqual({ left: 2, paid: 1 })
  })

  it('does not count after the end of all lateness', () => {
    expect(standing({ assignment: { late }, at: due + 3 * day + 1 })).toMatchObject({
      counts: false,
      reason: expect.stringContaining('and nothing counts after 2026-12-14 23:59 (America/Chicago).'),
    })
  })

  it('costs percent alone where the course has no late tokens', () => {
    expect(standing({ assignment: { late: { ...late, tokens: false } }, at: due + hour })).toEqual({
      ...{ counts: true, lateMs: hour },
      reason: 'It came 1h after the deadline, 2026-12-11 23:59 (America/Chicago), and costs 10 % of the points.',
    })
  })

  it('is judged by the deadline that staff gave, never by an earlier one', () => {
    expect(standing({ at: due + day, extendedTo: due + day })).toEqual({ counts: true })
    expect(standing({ at: due, extendedTo: due - day })).toEqual({ counts: true })
    expect(standing({ assignment: { late }, at: due + day + hour, extendedTo: due + day })).toMatchObject({
      lateTokens: 1,
    })
  })

  it('is refused when a quota is used up, with the time of the next', () => {
    const quotas = [{ per: 'team', size: 2, refillMs: 8 * hour }] as const
    const past = [earlier(), earlier({ account: 'bob' }), earlier({ assignment: 'm1' }), earlier({ team: 'beta' })]
    expect(() => standing({ assignment: { quotas }, past })).toThrow(
      'Your team has used all 2 submissions for final that can be made at once. The next is possible on 2026-12-12 06:59 (America/Chicago).',
    )
    expect(standing({ assignment: { quotas }, past, staff: true })).toEqual({ counts: true })
  })

  it('counts the person alone for a quota per person', () => {
    const quotas = [{ per: 'person', size: 2, refillMs: hour }] as const
    const past = [earlier({ submittedAt: due }), earlier({ account: 'bob', submittedAt: due })]
    expect(standing({ assignment: { quotas }, past })).toEqual({ counts: true })
    expect(() => standing({ assignment: { quotas }, past: [...past, earlier({ submittedAt: due })] })).toThrow(
      'You have used',
    )
  })
})

describe('late tokens', () => {
  it('never cost a team more than the course gives, whatever it submits when', () => {
    const submissions = fc.array(
      fc.record({ assignment: fc.constantFrom('final', 'm1'), lateMs: fc.integer({ min: 1, max: 6 * day }) }),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(submissions, (list) => {
        const past: PastSubmission[] = []
        for (const { assignment, lateMs } of list) {
          const untilAt = due + 5 * day
          const judged = standing({
            assignment: { name: assignment, late: { ...late, untilAt } },
            at: due + lateMs,
            past,
          })
          past.push(earlier({ assignment, submittedAt: due + lateMs, standing: judged }))
        }
        const spent = ['final', 'm1'].map((name) => tokensOf(course, { ...final, name }, party, past).paid)
        const sum = spent.reduce((all, one) => all + one, 0)
        expect(sum).toBeLessThanOrEqual(course.lateTokens ?? 0)
        expect(tokensOf(course, final, party, past).left).toBe((course.lateTokens ?? 0) - sum)
      }),
    )
  })
})

describe('the name of an assignment', () => {
  it('is found in any case of letters', () => {
    expect(findAssignment(course, 'Final')?.name).toBe('final')
  })

  it('is refused where the course has others, with the nearest and all of them', () => {
    expect(() => findAssignment(course, 'finall')).toThrow(
      'This course has no assignment “finall”. Did you mean `final`? It has `final`, `m1`.',
    )
  })

  it('may be any word where the course has no assignments', () => {
    expect(findAssignment({ ...course, assignments: [] }, 'anything')).toBeUndefined()
  })
})
