import { rightsOf, toRole } from '../directory/rights.ts'
import type { EnrolledPerson, EnrolmentQueries } from '../records/enrolment-queries.ts'
import type { BadRow, Roster, RosterPerson } from './roster.ts'

export interface PlannedPerson {
  readonly person: RosterPerson
  /** `new` is also who comes back. */
  readonly kind: 'new' | 'changed' | 'unchanged'
  /** What is different: `team: red → blue`. */
  readonly changes: readonly string[]
}

export interface MissingPerson {
  readonly account: string
  readonly username: string
  readonly course: string
}

/** Everything that enrolling this roster would do. Making it changes nothing. */
export interface EnrolmentPlan {
  readonly people: readonly PlannedPerson[]
  /** In the course and not in the roster: they lose access and keep their records. */
  readonly missing: readonly MissingPerson[]
  /** Rows that were not understood, or contradict the records. */
  readonly bad: readonly BadRow[]
  readonly notices: readonly string[]
}

/** Compares a roster with the records. Courses that the roster does not name are left alone. */
export async function planEnrolment(roster: Roster, records: EnrolmentQueries): Promise<EnrolmentPlan> {
  const courses = [...new Set(roster.people.map(({ course }) => course))]
  const enrolled = (await Promise.all(courses.map((course) => records.inCourse(course)))).flat()
  const { people, bad } = await withoutTaken(roster.people, records)
  const known = new Map(enrolled.map((person) => [keyOf(person), person]))
  const allBad = [...roster.bad, ...bad].sort((one, other) => one.line - other.line)
  const planned = people.map((person) => plan(person, known.get(keyOf(person))))
  const notices = [...roster.notices]
  const missing = missingOf(enrolled, people, allBad)
  if (missing === undefined) notices.push(nobodyMissing)
  return { people: planned, missing: missing ?? [], bad: allBad, notices }
}

const nobodyMissing =
  'Some rows do not even say whose they are, so nobody counts as missing from this roster and nobody loses access.'

function keyOf({ course, username }: { readonly course: string; readonly username: string }): string {
  return `${course} ${username}`
}

function plan(person: RosterPerson, known: EnrolledPerson | undefined): PlannedPerson {
  if (known === undefined) return { person, kind: 'new', changes: [] }
  if (known.removed || known.disabled) return { person, kind: 'new', changes: ['comes back'] }
  const changes = differences(person, known)
  return { person, kind: changes.length === 0 ? 'unchanged' : 'changed', changes }
}

function differences(person: RosterPerson, known: EnrolledPerson): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['lastname', known.lastName, person.lastName],
    ['firstname', known.firstName, person.firstName],
    ['email', known.email, person.email],
    ['role', known.role, person.role],
    ['affiliation', known.affiliation, person.affiliation],
    ['team', known.team, person.team],
    ['slack', known.slack, person.slack],
    ['discord', known.discord, person.discord],
    ['repo', known.repo, person.repo],
    ['expires', dayOf(known.expiresAt), dayOf(person.expiresAt)],
  ]
  return pairs.flatMap(([name, before, after]) =>
    (before ?? '') === (after ?? '') ? [] : [`${name}: ${before || 'none'} → ${after || 'none'}`],
  )
}

function dayOf(at: number | null | undefined): string | undefined {
  return at === null || at === undefined ? undefined : new Date(at).toISOString().replace('T23:59:59.999Z', '')
}

/**
 * `undefined` where a row that nobody understood may be anybody's. Staff is never missing: registrars do not list it.
 */
function missingOf(
  enrolled: readonly EnrolledPerson[],
  people: readonly RosterPerson[],
  bad: readonly BadRow[],
): MissingPerson[] | undefined {
  if (bad.some(({ username }) => username === undefined)) return undefined
  const present = new Set(people.map(keyOf))
  const doubtful = new Set(bad.map(({ username }) => username))
  return enrolled
    .filter((person) => !person.removed && !rightsOf(toRole(person.role)).staff)
    .filter((person) => !present.has(keyOf(person)) && !doubtful.has(person.username))
    .map(({ account, username, course }) => ({ account, username, course }))
}

/** Rows whose address belongs to somebody else: keys would go to the wrong person. */
async function withoutTaken(people: readonly RosterPerson[], records: EnrolmentQueries) {
  const emails = people.flatMap(({ email }) => (email === undefined ? [] : [email]))
  const owners = new Map(
    (await records.byEmail(emails)).map(({ email, username }) => [email?.toLowerCase(), username] as const),
  )
  const present = new Set(people.map(({ username }) => username))
  const bad: BadRow[] = []
  const kept = people.filter(({ line, username, email }) => {
    const owner = owners.get(email?.toLowerCase())
    if (email === undefined || owner === undefined || owner === username || present.has(owner)) return true
    bad.push({ line, username, reasons: [`email is that of ${owner}, who has an account already`] })
    return false
  })
  return { people: kept, bad }
}
