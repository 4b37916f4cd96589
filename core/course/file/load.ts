import { stat } from 'node:fs/promises'
import type { Course } from '../course.ts'
import { findCourseFiles } from './find.ts'
import type { CourseProblem } from './problem.ts'
import { type ReadCourseOptions, readCourseFile } from './read.ts'

export interface LoadedCourses {
  readonly courses: readonly Course[]
  readonly problems: readonly CourseProblem[]
  /** Changes whenever a file that was read does, or another one appears. */
  readonly fingerprint: string
}

export interface LoadCoursesOptions extends ReadCourseOptions {
  /** Paths and globs. */
  readonly patterns: readonly string[]
}

/** Reads every course file. Never rejects but for a folder that cannot be searched. */
export async function loadCourses(
  options: LoadCoursesOptions,
): Promise<LoadedCourses & { readonly seen: readonly string[] }> {
  const files = await findCourseFiles(options.patterns)
  const read = await Promise.all(files.map((file) => readCourseFile(file, options)))
  const courses = read.flatMap(({ course }) => course ?? [])
  const seen = [...new Set(read.flatMap((one) => one.seen))].sort()
  const problems = [
    ...(files.length === 0 ? [nothingFound(options.patterns)] : []),
    ...read.flatMap((one) => one.problems),
    ...repeatedNames(read.map(({ course }, index) => ({ course, file: files[index] ?? '' }))),
  ]
  return { courses, problems, seen, fingerprint: await fingerprintOf(options.patterns, seen) }
}

/** Of what `loadCourses` would find now: the names, sizes and times of the files. */
export async function fingerprintOf(patterns: readonly string[], seen: readonly string[]): Promise<string> {
  const all = [...new Set([...(await findCourseFiles(patterns)), ...seen])].sort()
  const marks = await Promise.all(
    all.map(async (path) => {
      const found = await stat(path).catch(() => undefined)
      return [path, found?.size, found?.mtimeMs, found?.ino].join(' ')
    }),
  )
  return marks.join('\n')
}

function nothingFound(patterns: readonly string[]): CourseProblem {
  return { file: patterns.join(', '), line: 1, column: 1, key: '', problem: 'No course file is there' }
}

function repeatedNames(
  read: readonly { readonly course: Course | undefined; readonly file: string }[],
): CourseProblem[] {
  const first = new Map<string, string>()
  return read.flatMap(({ course, file }) => {
    if (course === undefined) return []
    const other = first.get(course.name)
    if (other === undefined) {
      first.set(course.name, file)
      return []
    }
    return [{ file, line: 1, column: 1, key: 'name', problem: `is ${course.name}, and so is that of ${other}` }]
  })
}
