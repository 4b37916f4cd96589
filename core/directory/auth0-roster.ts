import { csvRow } from '../enrolment/csv-out.ts'
import type { Auth0User } from './auth0-users.ts'

export interface Auth0Roster {
  /** A roster as `rai keygen enroll` takes it. */
  readonly csv: string
  readonly count: number
  /** What whoever imports should know. */
  readonly notices: readonly string[]
}

/** Everybody who is not blocked. Their passwords and old keys stay where they are: keys are made anew. */
export async function rosterOf(users: AsyncIterable<Auth0User>): Promise<Auth0Roster> {
  const rows = [csvRow(['lastname', 'firstname', 'username', 'email', 'role', 'affiliation', 'team'])]
  const notices: string[] = []
  for await (const user of users) {
    const name = user.username || user.email || user.id
    if (user.blocked) notices.push(`${name} is blocked in Auth0, and left out.`)
    if (user.claimed !== undefined) {
      notices.push(
        `${name} has the role ${user.claimed} in user_metadata, which people may change themselves; they become ${user.role}.`,
      )
    }
    if (user.blocked) continue
    const { lastName, firstName, username, email, role, affiliation, team = '' } = user
    rows.push(csvRow([lastName, firstName, username, email, role, affiliation, team]))
  }
  return { csv: rows.join(''), count: rows.length - 1, notices }
}
