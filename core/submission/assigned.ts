import type { Standing } from '../course/assignment.ts'
import type { CourseFor } from '../course/for-assignment.ts'
import type { InstallationBounds } from '../directory/allowance.ts'
import type { Submission } from '../records/submission.ts'
import type { PreparedSource } from '../source/source.ts'

/** The build file that is to run. */
export interface ChosenBuildFile {
  /** What the sentences call it. */
  readonly name: string
  readonly text: string
  /** The course's own, whatever the submission brought along. */
  readonly enforced: boolean
}

/** The course's where it is enforced, else the submission's, else the course's. */
export function chooseBuildFile(course: CourseFor, { buildFile: own }: PreparedSource): ChosenBuildFile | undefined {
  const { assignment, defaultBuildFile } = course
  const assigned = assignment?.buildFile
  if (assigned?.enforced === true) return { name: `the course's ${assigned.name}`, text: assigned.text, enforced: true }
  if (own !== undefined) return { ...own, enforced: false }
  if (defaultBuildFile === undefined) return undefined
  return { name: "the course's build file", text: defaultBuildFile, enforced: false }
}

/** Lines of an enforced build file that people are shown: enough of it to be recognised. */
const mostShown = 4000

export function shownBuildFile({ enforced, text }: ChosenBuildFile): { readonly shownBuildFile?: string } {
  return enforced ? { shownBuildFile: text.length > mostShown ? `${text.slice(0, mostShown)}…` : text } : {}
}

/** What the assignment allows at most, within what the installation does. */
export function boundsFor({ assignment }: CourseFor, bounds: InstallationBounds): InstallationBounds {
  const { buildBytes = bounds.dataBytes } = assignment?.limits ?? {}
  return { ...bounds, dataBytes: Math.min(buildBytes, bounds.dataBytes) }
}

/**
 * What an assignment's requirements make of a submission: without one of its files it still runs, and does not count.
 * Nothing where staging changes nothing.
 */
export function standingWith(
  { standing }: Pick<Submission, 'standing'>,
  { assignment }: CourseFor,
  { files }: Pick<PreparedSource, 'files'>,
): { readonly standing?: Standing } {
  const missing = (assignment?.requiredFiles ?? []).filter((path) => !files.has(path))
  if (missing.length === 0 || standing?.counts !== true) return {}
  const names = missing.slice(0, 5).join(', ')
  const reason = `It has no ${names}${missing.length > 5 ? ' and more' : ''}, which ${assignment?.name} requires.`
  return { standing: { counts: false, because: 'files', reason, ...lateOf(standing) } }
}

function lateOf({ lateMs }: Standing) {
  return lateMs === undefined ? {} : { lateMs }
}
