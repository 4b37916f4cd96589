import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { Assignment, LatePolicy } from '../../core/course/assignment.ts'
import type { Course, CourseChannel } from '../../core/course/course.ts'
import { momentText } from '../../core/course/moment.ts'

type Row = readonly [label: string, value: string | undefined]

/** What `rai course show` prints of one course. */
export function courseLines(course: Course): string[] {
  const { assignments = [], channels = [], timeZone } = course
  const rows: Row[] = [
    ['channels', channels.length === 0 ? 'wherever the bot is invited to' : channels.map(channelText).join(', ')],
    ['queue', `${course.queue}${course.weight === undefined ? '' : `, weight ${course.weight}`}`],
    ['image', [course.image ?? 'none', ...(course.allowedImages ?? [])].join(', ')],
    ['repositories', course.repository],
    ['time of a run', span(course.timeMs)],
    ['pace', `${course.waitingLimit} waiting, ${span(course.intervalMs)} between two`],
    ['threads', `${course.visibility}${course.publicResults ? ', links for everybody' : ''}`],
    ['late tokens', course.lateTokens === undefined ? undefined : String(course.lateTokens)],
    ['teams', course.teams === undefined ? 'by the roster' : teamsText(course)],
    ['rights changed', course.rights === undefined ? undefined : Object.keys(course.rights).join(', ')],
  ]
  const head = `${course.name}: ${course.title} (${timeZone ?? 'UTC'})`
  return [head, ...table(rows), ...assignments.flatMap((assignment) => ['', ...assignmentLines(assignment, timeZone)])]
}

function teamsText({ teams, timeZone }: Course): string | undefined {
  if (teams === undefined) return undefined
  const locked = teams.lockedAt === undefined ? '' : `, locked on ${momentText(teams.lockedAt, timeZone)}`
  return `made by themselves, up to ${teams.size}${locked}`
}

function assignmentLines(assignment: Assignment, timeZone: string | undefined): string[] {
  const { late, buildFile, timing, grading, ranking, limits } = assignment
  const moment = (at: number | undefined) => (at === undefined ? undefined : momentText(at, timeZone))
  const rows: Row[] = [
    ['opens', moment(assignment.opensAt)],
    ['due', moment(assignment.dueAt) ?? 'never'],
    ['late', late === undefined ? 'does not count' : lateText(late, timeZone)],
    ...assignment.quotas.map(
      ({ per, size, refillMs }): Row => [`per ${per}`, `${size} at once, one more every ${span(refillMs)}`],
    ),
    ['build file', buildFile && `${buildFile.name}, ${buildFile.enforced ? 'enforced' : 'where there is none'}`],
    ['must contain', assignment.requiredFiles.join(', ')],
    ['image', [assignment.image ?? [], assignment.allowedImages ?? []].flat().join(', ')],
    ['limits', limitsText(limits)],
    ['queue', assignment.queue],
    ['threads', assignment.visibility],
    ['repositories', assignment.repository],
    [
      'timed',
      timing && `${timing.repetitions} times, the ${timing.take}${timing.exclusiveHost ? ', alone on the host' : ''}`,
    ],
    ['graded by', grading && `${grading.commands.join('; ')} with ${grading.artefacts.join(', ') || 'no artefacts'}`],
    ['ranked by', ranking && `${ranking.metric}, ${ranking.order}, ${ranking.of} of a team`],
    ['frozen from', moment(ranking?.frozenAt)],
  ]
  return [`  ${assignment.name}: ${assignment.title}`, ...table(rows).map((line) => `  ${line}`)]
}

function lateText({ graceMs, untilAt, percentPerDay, tokens }: LatePolicy, timeZone: string | undefined): string {
  const parts = [
    graceMs === 0 ? [] : `${span(graceMs)} of grace`,
    untilAt === undefined ? [] : `until ${momentText(untilAt, timeZone)}`,
    tokens ? 'a late token a day' : [],
    percentPerDay === 0 ? [] : `${percentPerDay} % a day`,
  ].flat()
  return parts.length === 0 ? 'counts' : parts.join(', ')
}

function limitsText({ timeMs, memoryBytes, buildBytes, gpus }: Assignment['limits']): string {
  const size = (bytes: number) => prettyBytes(bytes, { binary: true })
  return [
    timeMs === undefined ? [] : span(timeMs),
    memoryBytes === undefined ? [] : `${size(memoryBytes)} of memory`,
    buildBytes === undefined ? [] : `${size(buildBytes)} in /build`,
    gpus === undefined ? [] : `${gpus} GPUs`,
  ]
    .flat()
    .join(', ')
}

function channelText({ platform, workspace, channel, assignment }: CourseChannel): string {
  const where = [workspace, channel].filter((part) => part !== undefined).join('/')
  return `${platform}${where === '' ? '' : `:${where}`}${assignment === undefined ? '' : ` (${assignment})`}`
}

function table(rows: readonly Row[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(...shown.map(([label]) => label.length))
  return shown.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
}

function span(ms: number): string {
  return ms === 0 ? 'nothing' : prettyMilliseconds(ms, { verbose: false })
}
