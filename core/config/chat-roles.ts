import { z } from 'zod'
import { list } from './collections.ts'
import { fields, plain } from './fields.ts'

/** Roles that a group of a chat may give; the highest is left to rosters and to the server. */
const mappable = ['student', 'class', 'power', 'ta', 'instructor'] as const

/** What members of a group are, in one course or in all. */
export interface ChatRole {
  readonly group: string
  readonly role: (typeof mappable)[number]
  /** Absent: in every course. */
  readonly course?: string
}

const written = /^([A-Za-z0-9]{1,40})=(?:([a-z0-9][a-z0-9._-]{0,59}):)?([a-z]+)$/

const entry = z.string().transform((text, context): ChatRole => {
  const [, group, course, named] = written.exec(text) ?? []
  const role = mappable.find((known) => known === named)
  if (group !== undefined && role !== undefined) return { group, role, ...(course === undefined ? {} : { course }) }
  const message = `"${text}" is no role by a group; write GROUP=ROLE or GROUP=COURSE:ROLE with one of ${mappable.join(', ')}`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** Roles by a group: `GROUP=ROLE`, or `GROUP=COURSE:ROLE` for one course. */
export function chatRoles(group: string, example: string) {
  const description = `Roles by ${group}: \`${example}\` for every course, \`GROUP=COURSE:ROLE\` for one. They raise what a roster says.`
  return list(description, [])
    .pipe(z.array(entry))
    .register(fields, { ...plain, description, type: 'a list of texts' })
}
