import { describe, expect, it } from 'vitest'
import type { Records } from '../../core/records/records.ts'
import type { RecordsFixture } from './records.ts'
import { withRecords } from './with-records.ts'

/** Whose repositories are whose, on every database RAI runs on. */
export function describeRepositories(name: string, create: () => Promise<RecordsFixture>): void {
  describe(`repositories on ${name}`, () => {
    let records: Records

    withRecords(create, (opened) => {
      records = opened
    })

    async function enrol(username: string, more: { readonly repo?: string; readonly team?: string } = {}) {
      const names = { username, firstName: '', lastName: '', affiliation: '', role: 'student' }
      await records.enrolment.enrol({ actor: 'tess', people: [{ wanted: { ...names, course: 'demo', ...more } }] })
      return (await records.people.ensure({ username })).id
    }

    it('are those of the roster, in that course alone', async () => {
      const repo = 'https://git.example/ada/project'
      const ada = await enrol('ada', { repo })
      await records.people.enrol(ada, { course: 'other', role: 'student' })
      expect(await records.repositories.ownerOf(ada, 'demo')).toEqual({ username: 'ada', repo })
      expect(await records.repositories.ownerOf(ada, 'other')).toEqual({ username: 'ada' })
      expect(await records.repositories.ownerOf(ada, 'third')).toBeUndefined()
      expect(await records.repositories.ownerOf('nobody', 'demo')).toBeUndefined()
    })

    it('are nobody’s who left the course', async () => {
      const ada = await enrol('ada', { repo: 'https://git.example/ada/project' })
      await records.enrolment.remove('demo', [ada], 'tess')
      expect(await records.repositories.ownerOf(ada, 'demo')).toBeUndefined()
      await records.people.enrol(ada, { course: 'demo', role: 'student' })
      expect(await records.repositories.ownerOf(ada, 'demo')).toEqual({ username: 'ada' })
    })

    it('go by names that somebody or some team of the course has, whatever their case', async () => {
      await enrol('ada', { team: 'Blue' })
      const { isTaken } = records.repositories
      expect(await isTaken('demo', 'username', 'ADA')).toBe(true)
      expect(await isTaken('demo', 'team', 'bLUE')).toBe(true)
      expect(await isTaken('demo', 'team', 'ada')).toBe(false)
      expect(await isTaken('demo', 'username', 'blue')).toBe(false)
      expect(await isTaken('other', 'username', 'ada')).toBe(false)
    })
  })
}
