import { csvRow } from '../core/enrolment/csv-out.ts'
import { isTrouble, tally, troubleLine } from '../core/enrolment/tally.ts'
import { messageOf, ProviderError } from '../core/errors.ts'
import type { KeyStatus } from '../core/records/enrolment-queries.ts'
import type { Desk } from './desk.ts'
import { findPerson } from './find-person.ts'

const lookBackMs = 5 * 86_400_000

/** Whether everybody has their keys, after asking the mail provider what came back. */
export async function status(desk: Desk, { csv }: { readonly csv: boolean }): Promise<void> {
  await noteBounces(desk)
  const people = await desk.records.enrolment.status(desk.course)
  if (csv) return printCsv(desk, people)
  desk.say(tally(people, desk.course))
  for (const person of people.filter(isTrouble)) desk.say(troubleLine(person))
}

function printCsv({ say }: Desk, people: readonly KeyStatus[]): void {
  const row = (cells: readonly string[]) => say(csvRow(cells).trimEnd())
  row(['username', 'email', 'team', 'role', 'access_key', 'keys', 'channel', 'delivery', 'tries', 'error'])
  for (const { username, email, team, role, accessKey, keyState, channel, delivery, tries, error } of people) {
    row([
      username,
      email ?? '',
      team ?? '',
      role,
      accessKey ?? '',
      keyState,
      channel ?? '',
      delivery ?? '',
      String(tries),
      error ?? '',
    ])
  }
}

/** The provider may not answer; what is known is told all the same. */
async function noteBounces({ records, mailer, warn }: Desk): Promise<void> {
  try {
    await records.enrolment.deliveries.bounced(await mailer.failuresSince(Date.now() - lookBackMs))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    warn(`notice: what came back is not known: ${messageOf(error)}`)
  }
}

/** All about one person, without their secret key. */
export async function show(desk: Desk, name: string): Promise<void> {
  const account = await findPerson(desk, name)
  const { records, say } = desk
  say(`${account.username}  ${account.firstName} ${account.lastName} <${account.email ?? 'no address'}>`)
  if (account.disabled) say('disabled')
  for (const { course, role, team } of await records.people.memberships(account.id)) {
    say(`${role} in ${course}${team === undefined ? '' : `, team ${team}`}`)
  }
  const now = Date.now()
  for (const { accessKey, createdAt, expiresAt, revokedAt } of await records.enrolment.credentials.ofAccount(
    account.id,
  )) {
    const state = revokedAt !== undefined ? 'revoked' : (expiresAt ?? now + 1) <= now ? 'over' : 'good'
    say(
      `${accessKey}  ${state}, since ${dayOf(createdAt)}${expiresAt === undefined ? '' : `, until ${dayOf(expiresAt)}`}`,
    )
  }
  for (const { at, actor, action } of await records.audit.ofSubject(account.id, 20))
    say(`${dayOf(at)}  ${action} by ${actor}`)
}

function dayOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Who works with whom. */
export async function teams({ records, course, say }: Desk): Promise<void> {
  const people = (await records.enrolment.inCourse(course)).filter(({ removed }) => !removed)
  const names = [...new Set(people.flatMap(({ team }) => (team === null ? [] : [team])))].sort()
  for (const name of names) {
    say(
      `${name}: ${people
        .filter(({ team }) => team === name)
        .map(({ username }) => username)
        .join(', ')}`,
    )
  }
  const alone = people.filter(({ team }) => team === null).length
  const made = names.length === 1 ? '1 team' : `${names.length} teams`
  say(`${made}; ${alone === 1 ? '1 person' : `${alone} people`} without one`)
}
