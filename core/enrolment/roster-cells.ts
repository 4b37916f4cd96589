import { z } from 'zod'
import { nearest } from '../config/nearest.ts'
import { type Role, roles } from '../directory/rights.ts'
import type { RosterLimits, RosterOptions } from './roster.ts'

/** What a cell holds instead of what it should: the end of a sentence that starts with the column's name. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

type Options = RosterOptions & { readonly limits: RosterLimits }
export type CellReader<T> = (text: string, options: Options) => T | undefined

/** Control characters, and those that reorder or hide text: none belongs into a name. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u

/** A cell in quotation marks for a sentence; never longer than one wants to read. */
function shown(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return JSON.stringify(short.replaceAll(new RegExp(unseen, 'gu'), '\uFFFD'))
}

/** Reads what is there, after the checks that every cell has to pass. */
function cell<T>(longest: number, read: (text: string, options: Options) => T): CellReader<T> {
  return (text, options) => {
    if (text === '') return undefined
    const limit = Math.min(longest, options.limits.cell)
    if (text.length > limit) throw new Unreadable(`has ${text.length} characters, and ${limit} are allowed`)
    if (unseen.test(text)) throw new Unreadable(`has characters that cannot be seen: ${shown(text)}`)
    return read(text, options)
  }
}

function needed<T>(reader: CellReader<T>): CellReader<T> {
  return (text, options) => {
    if (text === '') throw new Unreadable('is missing')
    return reader(text, options)
  }
}

function matching(pattern: RegExp, rule: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new Unreadable(`must be ${rule}, but is ${shown(text)}`)
    return text
  }
}

const usernameRule = matching(/^[a-z0-9][a-z0-9._-]*$/, 'letters, digits, ".", "_" and "-"')
const slackRule = matching(/^[UW][A-Z0-9]{2,}$/, 'a member id such as U024BE7LH')

export const cells = {
  name: cell(120, (text) => text),
  username: needed(cell(64, (text) => usernameRule(text.toLowerCase()))),
  email: cell(254, readEmail),
  role: (text: string, options: Options): Role | undefined => (text === '' ? 'student' : roleCell(text, options)),
  team: cell(60, (text) => text),
  slack: cell(24, (text) => slackRule(text.toUpperCase())),
  discord: cell(30, readDiscord),
  repo: cell(500, readRepo),
  course: cell(40, readCourse),
  expires: cell(40, readExpiry),
}

const roleCell = cell(40, readRole)

function readEmail(text: string): string {
  if (!z.email().safeParse(text).success) throw new Unreadable(`must be a mail address, but is ${shown(text)}`)
  return text
}

/** The original called the role of a class after the class. */
function readRole(text: string, { courses }: Options): Role {
  const lower = text.toLowerCase()
  const role = courses.includes(lower) ? 'class' : roles.find((known) => known === lower)
  if (role === undefined) {
    const meant = nearest(lower, roles, (found) => `; did you mean ${found}?`)
    throw new Unreadable(`must be one of ${roles.join(', ')}, but is ${shown(text)}${meant}`)
  }
  return role
}

function readDiscord(text: string): string {
  if (/^\d([.,]\d+)?E\+\d+$/i.test(text)) {
    throw new Unreadable(`lost its digits to a spreadsheet: ${shown(text)}; format the column as text`)
  }
  if (!/^\d{17,20}$/.test(text)) throw new Unreadable(`must be a user id of 17 to 20 digits, but is ${shown(text)}`)
  return text
}

function readRepo(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['https:', 'ssh:'].includes(url.protocol)) {
    throw new Unreadable(`must be an address that starts with https://, but is ${shown(text)}`)
  }
  if (url.password !== '' || (url.protocol === 'https:' && url.username !== '')) {
    throw new Unreadable('holds a password; take it out, and change it')
  }
  return text
}

function readCourse(text: string, { courses }: Options): string {
  const course = courses.find((name) => name === text.toLowerCase())
  if (course !== undefined) return course
  throw new Unreadable(
    `is not configured: ${shown(text)}; there ${courses.length === 1 ? 'is' : 'are'} ${courses.join(', ')}`,
  )
}

/** A day counts to its end, in UTC. */
function readExpiry(text: string, { now }: Options): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const known = day ? z.iso.date().safeParse(text) : z.iso.datetime({ offset: true }).safeParse(text)
  if (!known.success) throw new Unreadable(`must be a day such as 2031-05-31, but is ${shown(text)}`)
  const at = Date.parse(day ? `${text}T23:59:59.999Z` : text)
  if (at <= now) throw new Unreadable(`is over: ${shown(text)}`)
  return at
}
