import { rightsOf } from '../core/directory/rights.ts'
import type { EnrolmentPlan } from '../core/enrolment/plan.ts'
import type { Desk } from './desk.ts'

const mostNames = 30

/** Everything that would happen: bad rows first, then in numbers, then by name. */
export function describePlan(
  plan: EnrolmentPlan,
  desk: Desk,
  { keepMissing }: { readonly keepMissing: boolean },
): void {
  for (const notice of plan.notices) desk.warn(`notice: ${notice}.`.replace('..', '.'))
  for (const { line, reasons } of plan.bad) desk.warn(`line ${line}: ${reasons.join('; ')}`)
  const of = (kind: string) => plan.people.filter((person) => person.kind === kind)
  const [fresh, changed, unchanged] = [of('new'), of('changed'), of('unchanged')]
  const { missing, bad } = plan
  desk.say(
    `${fresh.length} new, ${changed.length} changed, ${unchanged.length} unchanged, ${missing.length} missing, ${bad.length} bad`,
  )
  list(
    desk,
    changed.map(({ person, changes }) => `changed  ${person.username}: ${changes.join(', ')}`),
  )
  const staff = [
    ...fresh,
    ...changed.filter(({ changes }) => changes.some((change) => change.startsWith('role: '))),
  ].filter(({ person }) => rightsOf(person.role).staff)
  list(
    desk,
    staff.map(({ person }) => `becomes staff  ${person.username} (${person.role})`),
  )
  const what = keepMissing ? 'missing (stays)' : 'missing (loses access, keeps records)'
  list(
    desk,
    missing.map(({ username, course }) => `${what}  ${username} in ${course}`),
  )
}

function list(desk: Desk, lines: readonly string[]): void {
  for (const line of lines.slice(0, mostNames)) desk.say(line)
  if (lines.length > mostNames) desk.say(`… and ${lines.length - mostNames} more`)
}
