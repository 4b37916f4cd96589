import type { RankingRule } from '../../core/course/assignment.ts'
import { duration } from '../wording.ts'

/** Exact to the microsecond below a second, because boards are decided there. */
export function valueText(metric: RankingRule['metric'], value: number): string {
  if (metric === 'score') return `${value} points`
  if (value < 1000) return `${value.toFixed(3)} ms`
  return value < 60_000 ? `${(value / 1000).toFixed(3)} s` : duration(value)
}
