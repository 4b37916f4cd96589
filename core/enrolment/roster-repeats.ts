import type { BadRow, RosterPerson } from './roster.ts'

/**
 * Takes out rows that contradict an earlier one: the same person twice in a course, a person whose names differ
 * from course to course, an address, Slack or Discord id that two people share.
 */
export function findRepeats(people: readonly RosterPerson[]): { people: RosterPerson[]; bad: BadRow[] } {
  const seen = new Map<string, RosterPerson>()
  const bad: BadRow[] = []
  const kept = people.filter((person) => {
    const reasons = keysOf(person).flatMap(([what, key]) => contradiction(person, seen.get(key), what))
    if (reasons.length > 0) bad.push({ line: person.line, reasons, username: person.username })
    else for (const [, key] of keysOf(person)) if (!seen.has(key)) seen.set(key, person)
    return reasons.length === 0
  })
  return { people: kept, bad }
}

function keysOf(person: RosterPerson): [what: string, key: string][] {
  const { username, course, email, slack, discord } = person
  return [
    ['username', `user ${username}`],
    ['row', `row ${course} ${username}`],
    ...(email === undefined ? [] : [['email', `mail ${email.toLowerCase()}`] as [string, string]]),
    ...(slack === undefined ? [] : [['slack', `slack ${slack}`] as [string, string]]),
    ...(discord === undefined ? [] : [['discord', `discord ${discord}`] as [string, string]]),
  ]
}

function contradiction(person: RosterPerson, other: RosterPerson | undefined, what: string): string[] {
  if (other === undefined) return []
  const same = other.username === person.username
  if (what === 'row') return [`${person.username} is in ${person.course} on line ${other.line} already`]
  if (what === 'username') {
    if (other.course === person.course || describes(other) === describes(person)) return []
    return [`the names or the address of ${person.username} differ from those on line ${other.line}`]
  }
  return same ? [] : [`${what} is that of ${other.username} on line ${other.line}`]
}

function describes({ lastName, firstName, email, affiliation }: RosterPerson): string {
  return JSON.stringify([lastName, firstName, email?.toLowerCase(), affiliation])
}
