import type { BadRow, RosterLimits, RosterOptions, RosterPerson } from './roster.ts'
import { type CellReader, cells, Unreadable } from './roster-cells.ts'
import type { Column, Columns } from './roster-columns.ts'
import type { Row } from './roster-rows.ts'

export type ReadPerson = { readonly person: RosterPerson } | { readonly bad: BadRow }
type Options = RosterOptions & { readonly limits: RosterLimits }

/** One row as a person, or everything that is wrong with it. */
export function readPerson(row: Row, columns: Columns, options: Options): ReadPerson {
  const reasons = shapeOf(row, columns)
  const get = <T>(column: Column, read: CellReader<T>): T | undefined => {
    const text = row.cells[columns.places.get(column) ?? -1] ?? ''
    try {
      return read(text, options)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      reasons.push(`${column} ${error.message}`)
      return undefined
    }
  }
  const username = get('username', cells.username)
  const person = {
    line: row.line,
    lastName: get('lastname', cells.name) ?? '',
    firstName: get('firstname', cells.name) ?? '',
    username: username ?? '',
    role: get('role', cells.role) ?? 'guest',
    affiliation: get('affiliation', cells.name) ?? '',
    course: get('course', cells.course) ?? options.course,
    ...defined({
      email: get('email', cells.email),
      team: get('team', cells.team),
      slack: get('slack', cells.slack),
      discord: get('discord', cells.discord),
      repo: get('repo', cells.repo),
      expiresAt: get('expires', cells.expires),
    }),
  } satisfies RosterPerson
  if (!('email' in person || 'slack' in person || 'discord' in person) && reasons.length === 0) {
    reasons.push('email is missing')
  }
  if (reasons.length === 0) return { person }
  return { bad: { line: row.line, reasons, ...(isWhole(row) ? defined({ username }) : {}) } }
}

/** A line break in a cell may mean that the row swallowed those after it. */
function isWhole({ cells }: Row): boolean {
  return !cells.some((cell) => /[\r\n]/.test(cell))
}

function shapeOf({ cells }: Row, { width }: Columns): string[] {
  const tooMany = cells.slice(width).some((cell) => cell !== '')
  return tooMany
    ? [`the row has ${cells.length} cells, and there are ${width} columns; quote a cell that holds a comma`]
    : []
}

/** Without the keys that have no value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const key in values) {
    const value = values[key]
    if (isDefined(value)) kept[key] = value
  }
  return kept
}

function isDefined<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined
}
