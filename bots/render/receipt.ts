import type { Standing } from '../../core/course/assignment.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { CardField } from '../card.ts'
import { clock, count, size, sourceName } from '../wording.ts'
import { plainLine } from './clean.ts'

/** What was taken, so that nobody has to believe it: id, commit, hash, size, time, what was left out. */
export function receiptFields(submission: Submission): CardField[] {
  const { staged, parent, holder } = submission
  return [
    field('Source', sourceName(submission.source)),
    field('Commit', staged?.commit?.slice(0, 12)),
    ...assignmentFields(submission),
    field('Again', parent),
    field('Size', staged && `${size(staged.bytes)}, ${count(staged.entries, 'file or folder', 'files and folders')}`),
    field('SHA-256', staged?.treeHash),
    field('Left out', leftOut(submission)),
    field('Submitted', clock(submission.submittedAt)),
    field('Looked after by', holder && plainLine(holder.name, 60)),
    field('Id', submission.id),
  ].flat()
}

/** How the label begins that says whether it counts. */
export const countsFor = 'Counts for'

function assignmentFields({ assignment, standing, staged }: Submission): CardField[][] {
  if (assignment === undefined) return []
  const name = plainLine(assignment, 60)
  const enforced = staged?.job.shownBuildFile === undefined ? undefined : plainLine(staged.job.buildFile, 100)
  if (standing === undefined) return [field('Assignment', name)]
  return [field(`${countsFor} ${name}`, countsText(standing)), field('Build file', enforced)]
}

/** `yes`, or `no, because` of what; also what being late costs. */
export function countsText({ counts, reason }: Standing): string {
  const why = reason === undefined ? '' : plainLine(reason, 300)
  if (counts) return why === '' ? 'yes' : `yes. ${why}`
  return why === '' ? 'no' : `no. ${why}`
}

/** What the author of the build file should mend. */
export function warnings({ staged }: Submission): string[] {
  const sentences = staged?.job.warnings ?? []
  const shown = sentences.slice(0, 3).map((sentence) => `Build file: ${plainLine(sentence, 300)}`)
  return sentences.length > 3 ? [...shown, `Build file: ${sentences.length - 3} more.`] : shown
}

export function field(label: string, value: string | undefined): CardField[] {
  return value === undefined || value === '' ? [] : [{ label, value }]
}

function leftOut({ staged }: Submission): string | undefined {
  if (staged === undefined || staged.leftOut.count === 0) return undefined
  const { count: left, examples } = staged.leftOut
  const names = examples.slice(0, 3).map((name) => plainLine(name, 40))
  return `${names.join(', ')}${left > names.length ? ` and ${left - names.length} more` : ''}`
}
