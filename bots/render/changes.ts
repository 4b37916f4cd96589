import type { Submission } from '../../core/records/submission.ts'
import { type Comparison, compareRuns, type Difference } from '../../core/submission/differences.ts'
import type { CardField } from '../card.ts'
import { duration, shortId, size } from '../wording.ts'
import { plainLine } from './clean.ts'

/** Every difference between two runs as a line, what they were given first. */
export function changeFields({ changed, outcome }: Comparison): CardField[] {
  return [...changed, ...outcome].map((one) => ({ label: capital(one.aspect), value: lineOf(one) }))
}

/** What both were given alike: worth saying, because the difference is then elsewhere. */
export function sameLine({ same }: Comparison): string | undefined {
  return same.length === 0 ? undefined : `The same in both: ${same.join(', ')}.`
}

/** For under a verdict: one sentence about what is different from the run that this one repeats. */
export function againstLine(parent: Submission, submission: Submission): string {
  const { changed, outcome } = compareRuns(parent, submission)
  const news = changed.map((one) => `${one.aspect} ${lineOf(one)}`)
  const verdict = outcome.find(({ aspect, before, after }) => aspect === 'verdict' && before !== after)
  const time = ['measured time', 'run time'].map((name) => outcome.find(({ aspect }) => aspect === name)).find(hasBoth)
  const came = [verdict, time].flatMap((one) => (one === undefined ? [] : [`${one.aspect} ${lineOf(one)}`]))
  const given = news.length === 0 ? ['the same code, build file, image and limits'] : news.slice(0, mostNews)
  const more = news.length > mostNews ? [`${news.length - mostNews} more`] : []
  return `Against ${shortId(parent.id)}: ${[...given, ...more, ...came].join('; ')}.`
}

const mostNews = 4

function hasBoth(one: Difference | undefined): boolean {
  return one?.before !== undefined && one.after !== undefined
}

function lineOf(one: Difference): string {
  const [before, after] = [shown(one, one.before), shown(one, one.after)]
  if (one.before === one.after) return `${after}, as before`
  return `${before} → ${after}${trendOf(one)}`
}

function shown({ kind }: Difference, value: string | number | undefined): string {
  if (value === undefined) return 'none'
  if (typeof value === 'string') return kind === 'hash' ? value.slice(0, 12) : plainLine(value, 80)
  if (kind === 'duration') return duration(value)
  return kind === 'bytes' ? size(value) : String(value)
}

/** Less than this share is noise, and is not called faster or slower. */
const noise = 0.02

function trendOf({ aspect, before, after }: Difference): string {
  if (aspect !== 'measured time' && aspect !== 'run time') return ''
  if (typeof before !== 'number' || typeof after !== 'number' || before <= 0) return ''
  const share = (after - before) / before
  if (Math.abs(share) < noise) return ' (about the same)'
  return ` (${Math.round(Math.abs(share) * 100)}% ${share < 0 ? 'less' : 'more'})`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
