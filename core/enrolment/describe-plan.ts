import { rightsOf } from '../directory/rights.ts'
import type { EnrolmentPlan } from './plan.ts'

/** Everything that a plan would do, in words: bad rows first, then in numbers, then by name. */
export interface PlanWords {
  /** What stops nothing, and what is wrong with rows. */
  readonly warnings: readonly string[]
  readonly summary: string
  readonly details: readonly string[]
}

export interface DescribeOptions {
  readonly keepMissing: boolean
  /** Lines of each kind; the rest is counted. */
  readonly most?: number
}

export function planWords(plan: EnrolmentPlan, { keepMissing, most = 30 }: DescribeOptions): PlanWords {
  const of = (kind: string) => plan.people.filter((person) => person.kind === kind)
  const [fresh, changed, unchanged] = [of('new'), of('changed'), of('unchanged')]
  const { missing, bad } = plan
  const roleChanges = changed.filter(({ changes }) => changes.some((change) => change.startsWith('role: ')))
  const staff = [...fresh, ...roleChanges].filter(({ person }) => rightsOf(person.role).staff)
  const what = keepMissing ? 'missing (stays)' : 'missing (loses access, keeps records)'
  return {
    warnings: [
      ...plan.notices.map((notice) => `notice: ${notice}.`.replace('..', '.')),
      ...bad.map(({ line, reasons }) => `line ${line}: ${reasons.join('; ')}`),
    ],
    summary: `${fresh.length} new, ${changed.length} changed, ${unchanged.length} unchanged, ${missing.length} missing, ${bad.length} not understood`,
    details: [
      ...some(
        changed.map(({ person, changes }) => `changed  ${person.username}: ${changes.join(', ')}`),
        most,
      ),
      ...some(
        staff.map(({ person }) => `becomes staff  ${person.username} (${person.role})`),
        most,
      ),
      ...some(
        missing.map(({ username, course }) => `${what}  ${username} in ${course}`),
        most,
      ),
    ],
  }
}

/** The first of them, and how many more there are. */
export function some(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more`]
}
