import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BuildFileLimits } from '../../buildfile/build-file.ts'
import { messageOf } from '../../errors.ts'
import type { Course } from '../course.ts'
import { isTimeZone } from '../moment.ts'
import { buildCourse } from './build-course.ts'
import { createBuilding } from './building.ts'
import { keysAt } from './keys.ts'
import type { CourseProblem } from './problem.ts'
import { problemsOf } from './problems-of.ts'
import { courseFileSchema } from './schema.ts'
import { readCourseYaml } from './yaml.ts'

export interface ReadCourseOptions {
  /** What the configuration says where the file is silent. */
  readonly defaults: Course
  readonly buildFileLimits?: BuildFileLimits
}

export interface ReadCourse {
  /** Absent when there are problems. */
  readonly course?: Course
  /** In the order of the file. */
  readonly problems: readonly CourseProblem[]
  /** The file itself, and every file and folder that it names: absolute. */
  readonly seen: readonly string[]
}

/** Reads course.yml and what it names. Never rejects: what is wrong is a problem, all of them at once. */
export async function readCourseFile(path: string, options: ReadCourseOptions): Promise<ReadCourse> {
  const file = resolve(path)
  const text = await textOf(file)
  if (typeof text !== 'string') {
    return { problems: [{ file, line: 1, column: 1, key: '', problem: text.problem }], seen: [file] }
  }
  const yaml = readCourseYaml(file, text)
  if (yaml.value === undefined) return { problems: yaml.problems, seen: [file] }
  const parsed = courseFileSchema.safeParse(yaml.value)
  if (!parsed.success) {
    const problems = [...yaml.problems, ...problemsOf(file, yaml, parsed.error.issues, keysAt)]
    return { problems: inOrder(problems), seen: [file] }
  }
  const { time_zone: timeZone = 'UTC' } = parsed.data
  const known = isTimeZone(timeZone)
  const problems = [...yaml.problems]
  const building = createBuilding({ file, yaml, problems, timeZone: known ? timeZone : 'UTC', ...limitsOf(options) })
  if (!known) building.report(['time_zone'], 'is no time zone', 'Write it as `America/Chicago` or `UTC`.')
  const course = await buildCourse(building, parsed.data, options.defaults)
  const seen = [file, ...building.seen]
  return problems.length > 0 ? { problems: inOrder(problems), seen } : { course, problems, seen }
}

function limitsOf({ buildFileLimits }: ReadCourseOptions) {
  return buildFileLimits === undefined ? {} : { buildFileLimits }
}

async function textOf(file: string): Promise<string | { readonly problem: string }> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    return { problem: `The file cannot be read: ${messageOf(error)}` }
  }
}

function inOrder(problems: readonly CourseProblem[]): CourseProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}
