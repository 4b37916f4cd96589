import type { Directory, Member } from '../directory/directory.ts'
import { mayActOn, requireMayEnrol } from '../directory/permission.ts'
import type { Role } from '../directory/rights.ts'
import { Refusal } from '../errors.ts'
import type { EnrolmentQueries } from '../records/enrolment-queries.ts'
import type { Account, People } from '../records/people.ts'
import type { EnrolmentPlan, PlannedPerson } from './plan.ts'
import { accountClosed, addressOfAnotherCourse } from './refusals.ts'
import type { BadRow, RosterPerson } from './roster.ts'

export interface PermittedOptions {
  readonly enrolment: Pick<EnrolmentQueries, 'addressesOf'>
  readonly people: Pick<People, 'byUsername' | 'memberships'>
  readonly directory: Pick<Directory, 'standing'>
}

/**
 * Takes out what this person may not do: make somebody more than they may enrol, change or remove somebody of such a
 * role, open an account that was closed, or say where the keys of somebody go who is in another course as well: that would
 * be a way into it. Rows that change nothing stay.
 */
export async function permittedPlan(
  plan: EnrolmentPlan,
  member: Member,
  options: PermittedOptions,
): Promise<EnrolmentPlan> {
  const bad: BadRow[] = []
  const people: PlannedPerson[] = []
  for (const planned of plan.people) {
    const { line, username } = planned.person
    const reason = planned.kind === 'unchanged' ? undefined : await objection(planned.person, member, options)
    if (reason === undefined) people.push(planned)
    else bad.push({ line, username, reasons: [reason] })
  }
  const missing: (typeof plan.missing)[number][] = []
  for (const person of plan.missing) {
    const { role } = await options.directory.standing(person.account, member.course)
    if (mayActOn(member, { ...person, role })) missing.push(person)
  }
  return { ...plan, people, missing, bad: [...plan.bad, ...bad].sort((one, other) => one.line - other.line) }
}

async function objection(person: RosterPerson, member: Member, options: PermittedOptions): Promise<string | undefined> {
  const { people, directory } = options
  try {
    requireMayEnrol(member, person.role)
    const account = await people.byUsername(person.username)
    if (account === undefined) return undefined
    if (account.disabled) throw accountClosed(account.username)
    const memberships = await people.memberships(account.id)
    if (memberships.some(({ course }) => course === member.course)) {
      requireMayEnrol(member, (await directory.standing(account.id, member.course)).role)
    }
    const elsewhere = memberships.some(({ course }) => course !== member.course)
    if (elsewhere && (await changesAddress(person, account, options))) throw addressOfAnotherCourse(account.username)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

/** Where keys go, and whom a chat takes for them. */
async function changesAddress(person: RosterPerson, { id, email }: Account, { enrolment }: PermittedOptions) {
  const known = await enrolment.addressesOf(id)
  return (
    person.email?.toLowerCase() !== email?.toLowerCase() ||
    (person.slack !== undefined && person.slack !== known.slack) ||
    (person.discord !== undefined && person.discord !== known.discord)
  )
}

/** What somebody is in the other courses that they are in. */
export async function rolesElsewhere(
  { people, directory }: Pick<PermittedOptions, 'directory'> & { readonly people: Pick<People, 'memberships'> },
  account: string,
  course: string,
): Promise<Role[]> {
  const others = (await people.memberships(account)).filter((one) => one.course !== course)
  return Promise.all(others.map(async (one) => (await directory.standing(account, one.course)).role))
}
