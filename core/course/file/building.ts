import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type BuildFileLimits, defaultBuildFileLimits } from '../../buildfile/build-file.ts'
import { inspectBuildFile } from '../../buildfile/parse.ts'
import { codeOf } from '../../system-error.ts'
import { readMoment } from '../moment.ts'
import type { CourseProblem } from './problem.ts'
import { type CourseYaml, pathText } from './yaml.ts'

type Path = readonly PropertyKey[]

/** What reading one course file collects and looks up. */
export interface Building {
  readonly timeZone: string
  readonly problems: readonly CourseProblem[]
  /** Every file and folder that was looked at; when one changes, the course does. */
  readonly seen: readonly string[]
  report(path: Path, problem: string, hint?: string): undefined
  /** Milliseconds since the epoch. */
  moment(path: Path, text: string | undefined): number | undefined
  /** The text of a build file beside the course file, checked. */
  buildFile(path: Path, name: string | undefined): Promise<string | undefined>
  /** A folder beside the course file, absolute. */
  folder(path: Path, name: string | undefined): Promise<string | undefined>
}

export interface BuildingOptions {
  /** Absolute. */
  readonly file: string
  readonly yaml: CourseYaml
  readonly timeZone: string
  readonly problems: CourseProblem[]
  readonly buildFileLimits?: BuildFileLimits
}

export function createBuilding(options: BuildingOptions): Building {
  const { file, yaml, timeZone, problems } = options
  const seen: string[] = []
  const beside = (name: string) => {
    const path = resolve(dirname(file), name)
    seen.push(path)
    return path
  }
  const report = (path: Path, problem: string, hint?: string): undefined => {
    const more = hint === undefined ? {} : { hint }
    problems.push({ file, ...yaml.where(path), key: pathText(path), problem, ...more })
  }
  return {
    ...{ timeZone, problems, seen, report },
    moment: (path, text) => {
      if (text === undefined) return undefined
      const read = readMoment(text, timeZone)
      return 'at' in read ? read.at : report(path, `${read.problem} (“${text.slice(0, 40)}”)`, read.hint)
    },
    buildFile: async (path, name) => {
      if (name === undefined) return undefined
      const text = await textOf(beside(name))
      if (typeof text !== 'string') return report(path, `names ${name}, which ${text.problem}`, whereIsIt)
      const limits = options.buildFileLimits ?? defaultBuildFileLimits
      const wrong = inspectBuildFile(text, { limits }).errors
      for (const { problem, hint, ...where } of wrong) {
        const { line, column } = where
        const more = hint === undefined ? {} : { hint }
        problems.push({
          ...{ file: beside(name), line, column, key: '' },
          problem: problem.replace(/\.$/, ''),
          ...more,
        })
      }
      return wrong.length === 0 ? text : undefined
    },
    folder: async (path, name) => {
      if (name === undefined) return undefined
      const folder = beside(name)
      const found = await stat(folder).catch(() => undefined)
      if (found?.isDirectory() === true) return folder
      return report(path, `names ${name}, which is ${found === undefined ? 'not there' : 'no folder'}`, whereIsIt)
    },
  }
}

const whereIsIt = 'Paths are relative to the course file.'
/** A build file larger than this is refused by its own reader as well. */
const mostBytes = 1_048_576

async function textOf(path: string): Promise<string | { readonly problem: string }> {
  try {
    const { size } = await stat(path)
    if (size > mostBytes) return { problem: `is larger than ${mostBytes} bytes` }
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return { problem: 'is not there' }
    return { problem: `cannot be read (${code ?? 'unknown'})` }
  }
}
