import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowanceOf, paceOf } from '../../../core/directory/allowance.ts'
import type { Member } from '../../../core/directory/directory.ts'
import { mayActOn, maySee, requireMayActOn, requireMayEnrol } from '../../../core/directory/permission.ts'
import { type RightsOverrides, type Role, rightsOf, roles, toRole } from '../../../core/directory/rights.ts'

const hour = 3_600_000
const gib = 2 ** 30
const course = { timeMs: hour, waitingLimit: 3, intervalMs: 30_000 }
const bounds = { timeMs: 24 * hour, dataBytes: 100 * gib, network: true }

function member(role: Role, changes: Partial<Member> = {}): Member {
  const account = { id: `a ${role}`, username: role, firstName: '', lastName: '', affiliation: '', disabled: false }
  return { account, course: 'ece408', role, rights: rightsOf(role), ...changes }
}

describe('the original’s table', () => {
  it.each([
    ['student', hour, gib, Number.POSITIVE_INFINITY, false, 'architecture'],
    ['class', hour / 12, gib / 102.4, 1, false, 'course'],
    ['power', 10 * hour, 10 * gib, Number.POSITIVE_INFINITY, true, 'any'],
    ['admin', 24 * hour, 100 * gib, Number.POSITIVE_INFINITY, true, 'any'],
  ] as const)(
    'gives %s its time, storage, GPUs, network and queues',
    (role, timeMs, dataBytes, gpus, network, queues) => {
      const rights = rightsOf(role)
      expect(allowanceOf(rights, course, bounds)).toMatchObject({ timeMs, dataBytes, gpus, network })
      expect(rights.queues).toBe(queues)
    },
  )

  it('gives somebody of an unknown role nothing', () => {
    expect(rightsOf(toRole('profesor')).submit).toBe(false)
  })
})

describe('an allowance', () => {
  it('is never more than the installation has, nor than the course allows those it binds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.nat(), fc.nat(), fc.boolean(), (role, courseMs, dataBytes, network) => {
        const here = { timeMs: hour, dataBytes, network }
        const got = allowanceOf(rightsOf(role), { timeMs: courseMs }, here)
        expect(got.timeMs).toBeLessThanOrEqual(here.timeMs)
        expect(got.usualTimeMs).toBeLessThanOrEqual(Math.min(courseMs, got.timeMs))
        expect(got.dataBytes).toBeLessThanOrEqual(dataBytes)
        expect(got.network && !network).toBe(false)
        if (!rightsOf(role).longRuns) expect(got.timeMs).toBeLessThanOrEqual(courseMs)
      }),
    )
  })

  it('takes what a course changes for a role, and leaves the others alone', () => {
    const overrides: RightsOverrides = { student: { timeMs: 60_000, waitingLimit: 1 }, guest: { submit: true } }
    expect(allowanceOf(rightsOf('student', overrides), course, bounds).timeMs).toBe(60_000)
    expect(paceOf(rightsOf('student', overrides), course)).toEqual({ waiting: 1, intervalMs: 30_000 })
    expect(rightsOf('guest', overrides).submit).toBe(true)
    expect(rightsOf('class', overrides)).toEqual(rightsOf('class'))
  })

  it('sets no pace for roles that are exempt', () => {
    expect(paceOf(rightsOf('power'), course)).toEqual({})
    expect(paceOf(rightsOf('student'), course)).toEqual({ waiting: 3, intervalMs: 30_000 })
  })
})

describe('acting on others', () => {
  const actsOn: Record<Role, readonly Role[]> = {
    guest: [],
    student: [],
    class: [],
    power: [],
    ta: ['guest', 'student', 'class', 'power'],
    instructor: ['guest', 'student', 'class', 'power', 'ta'],
    admin: roles,
  }

  it.each(roles)('lets %s act on just whom the table says', (role) => {
    const targets = roles.filter((target) =>
      mayActOn(member(role), { account: 'somebody', course: 'ece408', role: target }),
    )
    expect(targets).toEqual(actsOn[role])
  })

  it('never reaches into another course, but for oneself', () => {
    const target = { account: 'somebody', course: 'cs101', role: 'student' } as const
    expect(mayActOn(member('admin'), target)).toBe(false)
    expect(mayActOn(member('student'), { ...target, account: 'a student' })).toBe(true)
  })

  it('says what a person’s role may not do', () => {
    const instructor = { account: 'i', course: 'ece408', role: 'instructor' } as const
    expect(() => requireMayActOn(member('ta'), instructor, 'rotate the keys of')).toThrow(
      'Your role here is ta, which may not rotate the keys of an instructor of this course.',
    )
  })

  it.each([
    ['ta', 'student'],
    ['instructor', 'instructor'],
    ['instructor', 'admin'],
    ['student', 'student'],
  ] as const)('does not let %s make anybody %s', (role, wanted) => {
    expect(() => requireMayEnrol(member(role), wanted)).toThrow(/may not make anybody/)
  })

  it('lets an instructor make students and TAs', () => {
    for (const wanted of ['student', 'ta'] as const)
      expect(() => requireMayEnrol(member('instructor'), wanted)).not.toThrow()
  })
})

describe('seeing', () => {
  const theirs = { account: 'other', course: 'ece408', team: 'blue' }

  it('ends at the team and the course, but for staff', () => {
    expect(maySee(member('student'), theirs)).toBe(false)
    expect(maySee(member('student', { team: 'blue' }), theirs)).toBe(true)
    expect(maySee(member('student'), { account: 'other', course: 'ece408' })).toBe(false)
    expect(maySee(member('power'), theirs)).toBe(false)
    expect(maySee(member('ta'), theirs)).toBe(true)
    expect(maySee(member('admin'), { ...theirs, course: 'cs101' })).toBe(false)
  })
})
