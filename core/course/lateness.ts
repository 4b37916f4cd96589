import prettyMilliseconds from 'pretty-ms'
import type { Assignment, LatePolicy, Standing } from './assignment.ts'
import { momentText } from './moment.ts'

const dayMs = 86_400_000

export interface Arrival {
  readonly submittedAt: number
  /** The deadline that staff gave the person or their team. */
  readonly extendedTo?: number
  readonly tokens: Tokens
  readonly timeZone?: string
}

/** Late tokens of a team or person. */
export interface Tokens {
  /** Of the course, and not spent on any assignment. */
  readonly left: number
  /** Spent on this assignment: a later submission pays only for the days since. */
  readonly paid: number
}

/** Whether what arrives then counts, and what that costs. */
export function judgeDeadline(assignment: Assignment, arrival: Arrival): Standing {
  const dueAt = dueAtFor(assignment, arrival.extendedTo)
  const { late = nothingLate } = assignment
  if (dueAt === undefined || arrival.submittedAt <= dueAt + late.graceMs) return { counts: true }
  const lateMs = arrival.submittedAt - dueAt
  const came = `It came ${span(lateMs)} after the deadline, ${momentText(dueAt, arrival.timeZone)}`
  if (assignment.late === undefined) return tooLate(lateMs, `${came}.`)
  if (late.untilAt !== undefined && arrival.submittedAt > Math.max(late.untilAt, dueAt)) {
    return tooLate(lateMs, `${came}, and nothing counts after ${momentText(late.untilAt, arrival.timeZone)}.`)
  }
  return payFor(late, { lateMs, came, tokens: arrival.tokens })
}

const nothingLate: LatePolicy = { graceMs: 0, percentPerDay: 0, tokens: false }

export function dueAtFor({ dueAt }: Assignment, extendedTo = 0): number | undefined {
  return dueAt === undefined ? undefined : Math.max(dueAt, extendedTo)
}

function tooLate(lateMs: number, reason: string): Standing {
  return { counts: false, because: 'late', lateMs, reason }
}

interface Lateness {
  readonly lateMs: number
  readonly came: string
  readonly tokens: Tokens
}

function payFor({ tokens: paidInTokens, percentPerDay }: LatePolicy, { lateMs, came, tokens }: Lateness): Standing {
  const days = Math.ceil(lateMs / dayMs)
  const price = Math.max(0, days - tokens.paid)
  const costs = percentPerDay === 0 ? [] : [`${Math.min(100, days * percentPerDay)} % of the points`]
  if (!paidInTokens) return { counts: true, lateMs, reason: sentence(came, costs) }
  if (price > tokens.left) {
    const needs = `${came}, which takes ${counted(price)}, and there ${tokens.left === 1 ? 'is' : 'are'} ${tokens.left} left.`
    return tooLate(lateMs, needs)
  }
  const reason = sentence(came, [`${counted(days)} (${tokens.left - price} left)`, ...costs])
  return { counts: true, lateMs, lateTokens: days, reason }
}

function sentence(came: string, costs: readonly string[]): string {
  return costs.length === 0 ? `${came}.` : `${came}, and costs ${costs.join(' and ')}.`
}

function counted(tokens: number): string {
  return `${tokens} late ${tokens === 1 ? 'token' : 'tokens'}`
}

function span(ms: number): string {
  return prettyMilliseconds(Math.max(1000, ms), { secondsDecimalDigits: 0, unitCount: 2 })
}
