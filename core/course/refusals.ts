import { nearest } from '../config/nearest.ts'
import { Refusal } from '../errors.ts'
import type { Quota } from './assignment.ts'
import { momentText } from './moment.ts'

export function unknownAssignment(name: string, known: readonly string[]): Refusal {
  const near = nearest(name.toLowerCase(), known, (found) => ` Did you mean \`${found}\`?`)
  const shown = name.replaceAll(/[\p{Cc}`]/gu, ' ').slice(0, 60)
  return new Refusal(
    'unknown-assignment',
    `This course has no assignment “${shown}”.${near} It has ${known.map((one) => `\`${one}\``).join(', ')}.`,
    { name: shown },
  )
}

export function notOpenYet(assignment: string, opensAt: number, timeZone: string | undefined): Refusal {
  return new Refusal(
    'not-open-yet',
    `${assignment} opens on ${momentText(opensAt, timeZone)}, so nothing can be submitted for it yet. Leave the assignment out to try your code.`,
    { assignment, opensAt },
  )
}

export interface UsedUp {
  readonly assignment: string
  readonly quota: Quota
  /** When the next one is possible. */
  readonly nextAt: number
  readonly timeZone: string | undefined
}

export function quotaUsedUp({ assignment, quota, nextAt, timeZone }: UsedUp): Refusal {
  const whose = quota.per === 'team' ? 'Your team has' : 'You have'
  const size = quota.size === 1 ? 'the one submission' : `all ${quota.size} submissions`
  return new Refusal(
    'quota-used-up',
    `${whose} used ${size} for ${assignment} that can be made at once. The next is possible on ${momentText(nextAt, timeZone)}. Leave the assignment out to try your code meanwhile.`,
    { assignment, per: quota.per, size: quota.size, nextAt },
  )
}

export function termIsOver(course: string): Refusal {
  return new Refusal(
    'term-is-over',
    `The term of ${course} is over, so it takes nothing more. What you had is still there: \`/rai history\`.`,
    { course },
  )
}
