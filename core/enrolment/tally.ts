import type { KeyStatus } from '../records/enrolment-queries.ts'

/** How a class's keys are, in one line. */
export function tally(people: readonly KeyStatus[], course: string): string {
  const count = (...states: string[]) => people.filter(({ delivery }) => states.includes(delivery ?? '')).length
  const numbers = [
    `${count('accepted')} delivered`,
    `${count('waiting', 'sending', 'blocked')} waiting`,
    `${count('failed')} failed`,
    `${count('bounced')} bounced`,
  ]
  const keyless = people.filter(({ keyState }) => keyState !== 'usable').length
  const more = [
    [count('offered'), 'not revealed yet'],
    [count('expired'), 'not revealed in time'],
    [keyless, 'without keys that work'],
  ] as const
  return `${people.length} in ${course}: ${[...numbers, ...more.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]))].join(', ')}`
}

/** Whom their keys did not reach: `resend` is for them. */
export function isUnreached({ delivery }: KeyStatus): boolean {
  return delivery === 'failed' || delivery === 'bounced' || delivery === 'expired'
}

export function isTrouble(person: KeyStatus): boolean {
  if (isUnreached(person) || person.delivery === 'blocked') return true
  return person.delivery === 'waiting' && person.error !== null
}

export function troubleLine({ username, email, channel, delivery, error }: KeyStatus): string {
  const by = channel === null || channel === 'mail' ? '' : ` (${channel})`
  return `${delivery}  ${username} <${email ?? 'no address'}>${by}: ${error ?? 'no reason was given'}`
}
