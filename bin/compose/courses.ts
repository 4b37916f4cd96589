import type { Config } from '../../core/config/schema.ts'
import { type Course, type Courses, singleCourse } from '../../core/course/course.ts'
import { type LoadCoursesOptions, loadCourses } from '../../core/course/file/load.ts'
import { openCourses } from '../../core/course/file/open-courses.ts'
import { asConfigProblem } from '../../core/course/file/problem.ts'
import { ConfigError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { courseOf } from './course-of.ts'
import { buildFileLimitsOf } from './stager-role.ts'

export interface ConfiguredCourses extends Courses {
  close(): Promise<void>
}

const pollMs = 2000

/** The courses of the configured files, which are read again when they change; else the one of the configuration. */
export async function configuredCourses(config: Config, log: Logger): Promise<ConfiguredCourses> {
  if (config.courses.files.length === 0) return { ...singleCourse(courseOf(config)), close: async () => undefined }
  return openCourses({ ...loadingOf(config), log, pollMs })
}

/** The same, as they are now. Rejects with a `ConfigError` when a file has problems. */
export async function coursesNow(config: Config): Promise<readonly Course[]> {
  if (config.courses.files.length === 0) return [courseOf(config)]
  const { courses, problems } = await loadCourses(loadingOf(config))
  if (problems.length > 0) throw new ConfigError(problems.map(asConfigProblem))
  return courses
}

/** How a course file is read here. @param files instead of the configured ones. */
export function loadingOf(config: Config, files: readonly string[] = config.courses.files): LoadCoursesOptions {
  return { patterns: files, defaults: courseOf(config), buildFileLimits: buildFileLimitsOf(config) }
}
