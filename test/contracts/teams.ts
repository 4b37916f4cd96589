import { describe, expect, it } from 'vitest'
import type { Standing } from '../../core/course/assignment.ts'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

let events = 0

/** Who is in which team, on every database RAI runs on. */
export function describeTeams(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`teams on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function person(username: string, course = 'demo') {
      const account = await records.people.ensure({ username })
      await records.people.enrol(account.id, { course, role: 'student' })
      return { course, account: account.id }
    }

    async function teamOf({ account, course }: { readonly account: string; readonly course: string }) {
      return (await records.people.memberships(account)).find((one) => one.course === course)?.team
    }

    async function submitted(account: string, team: string, standing: Standing | undefined) {
      events += 1
      const { submission } = await records.intake.receive(
        {
          ...{ eventKey: `teams:${events}`, account, team, course: 'demo', assignment: 'final', queue: 'q' },
          place: { platform: 'terminal', workspace: 'here', channel: 'class' },
          ...{ priority: 'student', sourcePlace: 'any', submittedAt: 1 },
          source: { kind: 'git', url: 'https://git.example/ada/project' },
        },
        () => standing,
      )
      return submission.id
    }

    async function made(by: { readonly account: string; readonly course: string }, name = 'alpha') {
      const outcome = await records.teams.create(by, name)
      if (typeof outcome === 'string') throw new Error(outcome)
      return { key: outcome.team.key, code: outcome.team.code ?? '' }
    }

    const roster = (username: string, team?: string) =>
      records.enrolment.enrol({
        actor: 'tess',
        people: [
          {
            wanted: {
              ...{ username, firstName: '', lastName: '', affiliation: '', course: 'demo', role: 'student' },
              ...(team === undefined ? {} : { team }),
            },
          },
        ],
      })

    it('are made by one person and joined with a code, up to their size', async () => {
      const [ada, bob, eve] = [await person('ada'), await person('bob'), await person('eve')]
      const { key, code } = await made(ada)
      expect(await teamOf(ada)).toBe('alpha')
      expect(await records.teams.join(bob, code, 2)).toMatchObject({
        team: { key, members: ['ada', 'bob'], counted: false },
      })
      expect(await records.teams.join(eve, code, 2)).toBe('full')
      expect(await records.teams.join(eve, 'wrong', 2)).toBe('unknown-code')
      expect(await records.teams.join(bob, code, 2)).toBe('in-a-team')
      expect(await records.teams.create(eve, 'Alpha')).toBe('name-taken')
      expect(await records.teams.create({ ...eve, course: 'other' }, 'alpha')).toBe('not-enrolled')
    })

    it('let the last place go to one of two who take it at once', async () => {
      const { code } = await made(await person('ada'))
      const both = [await person('bob'), await person('eve')]
      const outcomes = await Promise.all(both.map((one) => records.teams.join(one, code, 2)))
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(1)
    })

    it('stay who they are once something counts', async () => {
      const [ada, bob] = [await person('ada'), await person('bob')]
      const { key, code } = await made(ada)
      await submitted(ada.account, key, { counts: false })
      await submitted(ada.account, key, undefined)
      expect((await records.teams.of('demo', key))?.counted).toBe(false)
      await submitted(ada.account, key, { counts: true })
      expect(await records.teams.join(bob, code, 3)).toBe('counted')
      expect(await records.teams.leave(ada)).toBe('counted')
    })

    it('are left, but not where the roster made them', async () => {
      const ada = await person('ada')
      expect(await records.teams.leave(ada)).toBe('no-team')
      await made(ada)
      expect(await records.teams.leave(ada)).toEqual({ key: 'alpha' })
      expect(await teamOf(ada)).toBeUndefined()
      await roster('bob', 'beta')
      const bob = await records.people.byUsername('bob')
      expect(await records.teams.leave({ course: 'demo', account: bob?.id ?? '' })).toBe('roster')
    })

    it('are other teams when a name is used again, and see nothing of the earlier ones', async () => {
      const ada = await person('ada')
      const { key } = await made(ada)
      const old = await submitted(ada.account, key, { counts: true })
      await records.terms.archive('demo', 'tess')
      const bob = await person('bob')
      const again = await made(bob)
      expect(again.key).toBe('alpha~2')
      const seen = await records.lookup.history({ account: bob.account, course: 'demo', team: again.key }, 10)
      expect(seen.map(({ id }) => id)).not.toContain(old)
      expect(await records.teams.named('demo', 'Alpha')).toBe('alpha~2')
      expect(await records.teams.named('demo', 'alpha~2')).toBe('alpha~2')
      expect(await records.teams.named('demo', 'beta')).toBeUndefined()
    })

    it('are as they were when the end of the term is undone, but for a name that is used again', async () => {
      const [ada, bob, eve] = [await person('ada'), await person('bob'), await person('eve')]
      const { code } = await made(ada)
      await made(bob, 'beta')
      await records.terms.archive('demo', 'tess')
      expect(await records.teams.join(eve, code, 3)).toBe('unknown-code')
      expect((await made(eve, 'beta')).key).toBe('beta~2')
      await records.terms.reopen('demo', 'tess')
      expect(await records.teams.named('demo', 'beta')).toBe('beta~2')
      const zoe = await person('zoe')
      expect(await records.teams.join(zoe, code, 3)).toMatchObject({ team: { members: ['ada', 'zoe'] } })
    })

    it('of the roster are other teams once everybody of the earlier one has gone', async () => {
      await roster('ada', 'alpha')
      await roster('bob', 'alpha')
      const [ada, bob] = [await records.people.byUsername('ada'), await records.people.byUsername('bob')]
      if (ada === undefined || bob === undefined) throw new Error('not enrolled')
      await submitted(ada.id, 'alpha', { counts: true })
      await records.enrolment.remove('demo', [ada.id], 'tess')
      await roster('eve', 'alpha')
      const eve = await records.people.byUsername('eve')
      expect(await teamOf({ account: eve?.id ?? '', course: 'demo' })).toBe('alpha')
      await records.enrolment.remove('demo', [bob.id, eve?.id ?? ''], 'tess')
      await roster('zoe', 'alpha')
      const zoe = await records.people.byUsername('zoe')
      expect(await teamOf({ account: zoe?.id ?? '', course: 'demo' })).toBe('alpha~2')
    })

    it('that people made stay when a roster without teams comes again, and not when it names one', async () => {
      await roster('ada')
      const ada = await records.people.byUsername('ada')
      const one = { course: 'demo', account: ada?.id ?? '' }
      await made(one)
      await roster('ada')
      expect(await teamOf(one)).toBe('alpha')
      await roster('ada', 'beta')
      expect(await teamOf(one)).toBe('beta')
      await roster('ada')
      expect(await teamOf(one)).toBeUndefined()
    })
  })
}
