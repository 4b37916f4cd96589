import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../core/config/load.ts'
import { type LoadedCourses, loadCourses } from '../../core/course/file/load.ts'
import { problemText } from '../../core/course/file/problem.ts'
import { coursesNow, loadingOf } from '../compose/courses.ts'
import { courseLines } from './course-lines.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

/** Adds `course check` and `course show`. Both end with 1 when a course file has problems. */
export function addCourseCommands(program: Command, io: CommandIo): void {
  const course = program.command('course').description('look at course files')
  course
    .command('check')
    .argument('<file...>', 'course files, or globs')
    .description('say whether course files are in order, and everything that is not')
    .action(async (files: readonly string[], _given: unknown, command: Command) => {
      const read = await readFiles(command, io, files)
      if (read === undefined) return
      const names = read.courses.map(({ name, assignments = [] }) => `${name} with ${counted(assignments.length)}`)
      io.stdout.write(`In order: ${names.join(', ')}.\n`)
    })
  course
    .command('show')
    .argument('[file...]', 'course files, or globs; without any, those of the configuration')
    .description('print what a course means, with its deadlines on the clocks of its time zone')
    .action(async (files: readonly string[], _given: unknown, command: Command) => {
      const courses =
        files.length === 0 ? await configured(command, io) : (await readFiles(command, io, files))?.courses
      if (courses === undefined) return
      io.stdout.write(`${courses.map((one) => courseLines(one).join('\n')).join('\n\n')}\n`)
    })
}

function configOf(command: Command, { env, home, cwd }: CommandIo) {
  const { config: file, secret } = globalOptions(command)
  return loadConfig({ env, home, cwd, file, secret })
}

async function configured(command: Command, io: CommandIo) {
  return coursesNow((await configOf(command, io)).config)
}

/** `undefined` after saying what is wrong. */
async function readFiles(
  command: Command,
  io: CommandIo,
  files: readonly string[],
): Promise<LoadedCourses | undefined> {
  const { config } = await configOf(command, io)
  const paths = files.map((file) => resolve(io.cwd, file))
  const read = await loadCourses(loadingOf(config, paths))
  if (read.problems.length === 0) return read
  for (const problem of read.problems) io.stderr.write(`${problemText(problem)}\n`)
  const count = read.problems.length === 1 ? '1 problem' : `${read.problems.length} problems`
  io.stderr.write(`\n${count}. A running RAI keeps the courses as they were until this is mended.\n`)
  io.setExitCode(1)
  return undefined
}

function counted(assignments: number): string {
  return assignments === 1 ? '1 assignment' : `${assignments} assignments`
}
