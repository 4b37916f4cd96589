import { distance } from 'fastest-levenshtein'
import { columnTwice, noHeaderMatch } from './refusals.ts'
import type { Row } from './roster-rows.ts'

/** In the original's order, which is also the order of a file without header; then those that need a header. */
const originalColumns = ['lastname', 'firstname', 'username', 'email', 'role', 'affiliation'] as const
const furtherColumns = ['team', 'slack', 'discord', 'repo', 'course', 'expires'] as const
const columnNames = [...originalColumns, ...furtherColumns]
export type Column = (typeof columnNames)[number]

/** Where each column is in a row. */
export interface Columns {
  readonly places: ReadonlyMap<Column, number>
  /** Cells that a row may have. */
  readonly width: number
}

/** What else a registrar's export calls them, without spaces and punctuation. */
const aliases: Readonly<Record<string, Column>> = {
  surname: 'lastname',
  familyname: 'lastname',
  givenname: 'firstname',
  user: 'username',
  netid: 'username',
  login: 'username',
  mail: 'email',
  emailaddress: 'email',
  teamname: 'team',
  slackid: 'slack',
  discordid: 'discord',
  repository: 'repo',
  expiry: 'expires',
}

export interface Headed {
  readonly columns: Columns
  /** The rows below the header. */
  readonly body: readonly Row[]
  readonly notices: readonly string[]
}

/** Reads the header, where there is one: it has a cell that says `username` or `email`. */
export function findColumns(rows: readonly Row[]): Headed {
  const [first] = rows
  const known = first?.cells.map(columnOf) ?? []
  if (first === undefined || !known.some((name) => name === 'username' || name === 'email')) return withoutHeader(rows)
  if (!known.includes('username')) throw noHeaderMatch(first.cells)
  const places = new Map<Column, number>()
  for (const [index, name] of known.entries()) {
    if (name === undefined) continue
    if (places.has(name)) throw columnTwice(name)
    places.set(name, index)
  }
  const unused = first.cells.filter((cell, index) => cell !== '' && known[index] === undefined)
  const width = first.cells.length
  return { columns: { places, width }, body: rows.slice(1), notices: unused.map(describeUnused) }
}

function withoutHeader(rows: readonly Row[]): Headed {
  const places = new Map(originalColumns.map((name, index) => [name, index]))
  return { columns: { places, width: originalColumns.length }, body: rows, notices: [] }
}

function columnOf(cell: string): Column | undefined {
  const plain = plainName(cell)
  return columnNames.find((name) => name === plain) ?? (Object.hasOwn(aliases, plain) ? aliases[plain] : undefined)
}

function plainName(cell: string): string {
  return cell
    .slice(0, 60)
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, '')
}

function describeUnused(cell: string): string {
  const near = columnNames.find((name) => distance(name, plainName(cell)) <= 2)
  const shown = JSON.stringify(cell.slice(0, 40))
  return `The column ${shown} is not used${near === undefined ? '' : `; did you mean ${near}?`}`
}
