import { planWords } from '../core/enrolment/describe-plan.ts'
import type { EnrolmentPlan } from '../core/enrolment/plan.ts'
import type { Desk } from './desk.ts'

/** Everything that would happen. */
export function describePlan(
  plan: EnrolmentPlan,
  desk: Desk,
  { keepMissing }: { readonly keepMissing: boolean },
): void {
  const { warnings, summary, details } = planWords(plan, { keepMissing })
  for (const warning of warnings) desk.warn(warning)
  for (const line of [summary, ...details]) desk.say(line)
}
