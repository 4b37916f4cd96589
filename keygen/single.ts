import { planEnrolment } from '../core/enrolment/plan.ts'
import { readRoster } from '../core/enrolment/roster.ts'
import type { Desk } from './desk.ts'
import { findPerson } from './find-person.ts'
import { showNewKeys } from './keys.ts'
import { badPerson } from './refusals.ts'

export interface SingleCommand {
  readonly username: string
  readonly email: string
  readonly firstname?: string | undefined
  readonly lastname?: string | undefined
  readonly team?: string | undefined
  readonly role?: string | undefined
}

const overlapMs = 0

/** Quoted and otherwise as it was given: this row is read, not looked at. */
function rowOf(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`
}

/** One account, and its profile on the screen, as the original did it. Older keys of that person end. */
export async function createSingle(desk: Desk, { username, email, firstname, lastname, team, role }: SingleCommand) {
  const { records, courses, course, actor } = desk
  const header = rowOf(['username', 'email', 'firstname', 'lastname', 'team', 'role'])
  const row = rowOf([username, email, firstname ?? '', lastname ?? '', team ?? '', role ?? ''])
  const roster = readRoster(Buffer.from(header + row), { courses, course, now: Date.now() })
  const { people, bad } = await planEnrolment(roster, records.enrolment)
  const [planned] = people
  if (planned === undefined || bad.length > 0) throw badPerson(bad.flatMap(({ reasons }) => reasons))
  const { line: _line, ...wanted } = planned.person
  await records.enrolment.enrol({ people: [{ wanted }], actor })
  await showNewKeys(desk, await findPerson(desk, wanted.username), overlapMs)
}

/**
 * An account with which an instructor sees what a student sees. It is in no roster, so none takes it for missing, and
 * asking again gives new keys.
 */
export async function createDryRunStudent(desk: Desk, instructor: string): Promise<void> {
  const { records, course } = desk
  const username = `dry-run-${instructor.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-')}`.slice(0, 64)
  const account = await records.people.ensure({ username, firstName: 'Dry', lastName: 'Run' })
  await records.people.enrol(account.id, { course, role: 'student', team: username })
  await showNewKeys(desk, account, overlapMs)
}
