import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError, messageOf } from '../../errors.ts'
import type { Logger } from '../../logger/logger.ts'
import type { Place } from '../../records/submission.ts'
import type { Course, Courses } from '../course.ts'
import { isAt } from './channel.ts'
import { fingerprintOf, type LoadCoursesOptions, loadCourses } from './load.ts'
import { asConfigProblem, problemText } from './problem.ts'

export interface OpenCoursesOptions extends LoadCoursesOptions {
  readonly log: Logger
  /** How often the files are looked at. */
  readonly pollMs: number
}

/** The courses of the files, as they are now. */
export interface OpenCourses extends Courses {
  /** Stops looking at the files. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Reads the course files, and again whenever one of them changed and then stayed as it was for one look: what somebody is
 * still writing is not read. Files with problems change nothing and are told to the log.
 *
 * Rejects with a `ConfigError` when they have problems at start.
 */
export async function openCourses(options: OpenCoursesOptions): Promise<OpenCourses> {
  const first = await loadCourses(options)
  if (first.problems.length > 0) throw new ConfigError(first.problems.map(asConfigProblem))
  let { courses } = first
  const stopped = new AbortController()
  const watching = watch(options, first, stopped.signal, (newer) => {
    courses = newer
  })
  return {
    ...coursesFrom(() => courses),
    close: async () => {
      stopped.abort()
      await watching
    },
  }
}

function coursesFrom(current: () => readonly Course[]): Courses {
  return {
    all: current,
    byName: (name) => current().find((course) => course.name === name),
    at: (place) => current().filter((course) => belongsTo(course, place)),
  }
}

/** A course without channels is wherever the bot was invited to. */
function belongsTo({ channels = [] }: Course, place: Place): boolean {
  return channels.length === 0 || channels.some((channel) => isAt(channel, place))
}

interface Loaded {
  readonly fingerprint: string
  readonly seen: readonly string[]
}

async function watch(
  options: OpenCoursesOptions,
  first: Loaded,
  signal: AbortSignal,
  take: (courses: readonly Course[]) => void,
): Promise<void> {
  let loaded = first
  let before = first.fingerprint
  while (await pause(options.pollMs, signal)) {
    try {
      const now = await fingerprintOf(options.patterns, loaded.seen)
      const settled = now === before
      before = now
      if (!settled || now === loaded.fingerprint) continue
      const read = await loadCourses(options)
      if (read.fingerprint !== (await fingerprintOf(options.patterns, read.seen))) continue
      loaded = read
      before = read.fingerprint
      tell(options.log, read, take)
    } catch (error) {
      options.log.warn({ problem: messageOf(error) }, 'the course files cannot be looked at; trying again')
    }
  }
}

function tell(
  log: Logger,
  { problems, courses }: Awaited<ReturnType<typeof loadCourses>>,
  take: (courses: readonly Course[]) => void,
): void {
  if (problems.length === 0) {
    take(courses)
    log.info({ courses: courses.map(({ name }) => name) }, 'the course files were read again')
    return
  }
  const told = problems.slice(0, 20).map(problemText)
  log.error({ problems: told }, 'the course files have problems, so the courses stay as they were')
}

/** False when it is time to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined)
  return !signal.aborted
}
