import type { Role } from '../directory/rights.ts'
import { findColumns } from './roster-columns.ts'
import { readPerson } from './roster-person.ts'
import { findRepeats } from './roster-repeats.ts'
import { splitRows } from './roster-rows.ts'
import { decodeRoster } from './roster-text.ts'

/** One row of a roster, understood. */
export interface RosterPerson {
  /** 1-based. */
  readonly line: number
  readonly lastName: string
  readonly firstName: string
  /** Lower-case. */
  readonly username: string
  readonly email?: string
  readonly role: Role
  readonly affiliation: string
  readonly team?: string
  /** A member's id on Slack, and on Discord. */
  readonly slack?: string
  readonly discord?: string
  readonly repo?: string
  readonly course: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** A row that was not understood, or contradicts another one. */
export interface BadRow {
  readonly line: number
  /** Everything that is wrong with it, as one sentence each. */
  readonly reasons: readonly string[]
  /** Whose row it certainly is. Where that is unknown, nobody may be taken for missing. */
  readonly username?: string
}

export interface Roster {
  readonly people: readonly RosterPerson[]
  readonly bad: readonly BadRow[]
  /** What an instructor should know, although it stops nothing. */
  readonly notices: readonly string[]
}

export interface RosterLimits {
  readonly bytes: number
  readonly rows: number
  readonly columns: number
  /** Characters in one cell. */
  readonly cell: number
}

export const rosterLimits: RosterLimits = { bytes: 16 << 20, rows: 20_000, columns: 60, cell: 1_000 }

export interface RosterOptions {
  /** The courses there are. */
  readonly courses: readonly string[]
  /** The course of a row that names none. */
  readonly course: string
  /** Milliseconds since the epoch: what `expires` must be after. */
  readonly now: number
  readonly limits?: RosterLimits
}

/** Reads a whole roster. Throws a `Refusal` for a file that is no roster at all; single bad rows are in the result. */
export function readRoster(file: Buffer, options: RosterOptions): Roster {
  const { limits = rosterLimits } = options
  const { columns, body, notices } = findColumns(splitRows(decodeRoster(file, limits), limits))
  const read = body.map((row) => readPerson(row, columns, { ...options, limits }))
  const understood = read.flatMap((one) => ('person' in one ? [one.person] : []))
  const wrong = read.flatMap((one) => ('bad' in one ? [one.bad] : []))
  const { people, bad: repeated } = findRepeats(understood)
  const bad = [...wrong, ...repeated].sort((one, other) => one.line - other.line)
  return { people, bad, notices }
}
