import type { CredentialKeys } from '../directory/credential-keys.ts'
import type { EnrolmentRecords, EnrolOne } from '../records/enrolment.ts'
import { type DeliveryWay, type Reach, wayTo } from './channel.ts'
import { issueFor } from './issue.ts'
import type { EnrolmentPlan, MissingPerson } from './plan.ts'
import type { RosterPerson } from './roster.ts'

export interface ApplyOptions {
  readonly records: EnrolmentRecords
  readonly keys: CredentialKeys
  /** An account's id, or who else did it. */
  readonly actor: string
  readonly deliver: DeliveryWay
  /** The chats in which a bot can write to people, for `direct`. */
  readonly reach?: Reach
  /** What goes by mail is mailed by a bot. */
  readonly byBot?: boolean
  /** Leaves who is missing where they are. */
  readonly keepMissing?: boolean
  readonly signal?: AbortSignal
  /** After each step, of all steps. */
  readonly onProgress?: (done: number, all: number) => void
}

export interface Applied {
  /** How many got keys. */
  readonly issued: number
  readonly removed: number
}

/** Small enough to be interrupted between two of them, large enough to be quick. */
const stepSize = 50

/**
 * Does what the plan says. Each step is one transaction, so that it may be interrupted, also by a crash, and whoever
 * plans and applies the same roster again goes on where it stopped and issues nothing twice.
 */
export async function applyPlan(plan: EnrolmentPlan, options: ApplyOptions): Promise<Applied> {
  const { records, actor, signal, onProgress } = options
  const people = plan.people.map(({ person }) => person)
  const all = people.length + (options.keepMissing ? 0 : plan.missing.length)
  let issued = 0
  for (let start = 0; start < people.length; start += stepSize) {
    signal?.throwIfAborted()
    const some = people.slice(start, start + stepSize).map((person) => enrolOne(person, options))
    issued += (await records.enrol({ people: some, actor })).length
    onProgress?.(start + some.length, all)
  }
  signal?.throwIfAborted()
  const removed = options.keepMissing ? 0 : await removeMissing(plan.missing, options)
  onProgress?.(all, all)
  return { issued, removed }
}

function enrolOne(person: RosterPerson, { keys, deliver, reach, byBot = false }: ApplyOptions): EnrolOne {
  const { line: _line, ...wanted } = person
  if (deliver === 'none') return { wanted }
  const { course, expiresAt } = person
  const way = { ...wayTo(person, deliver, reach), byBot }
  return { wanted, issue: (account) => issueFor({ account, course, keys, expiresAt }, way) }
}

async function removeMissing(missing: readonly MissingPerson[], { records, actor }: ApplyOptions): Promise<number> {
  let removed = 0
  for (const course of new Set(missing.map((person) => person.course))) {
    const accounts = missing.filter((person) => person.course === course).map(({ account }) => account)
    removed += await records.remove(course, accounts, actor)
  }
  return removed
}
