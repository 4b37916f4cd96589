import type { z } from 'zod'
import { nearest } from '../../config/nearest.ts'
import type { CourseProblem } from './problem.ts'
import { type CourseYaml, pathText } from './yaml.ts'

type Issue = z.core.$ZodIssue

/** What the schema finds, each at its place. `keysAt` are the keys that may stand below a path. */
export function problemsOf(
  file: string,
  yaml: CourseYaml,
  issues: readonly Issue[],
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): CourseProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(file, yaml, [...issue.path, key], keysAt(issue.path)))
    }
    const params = issue.code === 'custom' ? issue.params : undefined
    const where = yaml.where(issue.path, issue.code === 'invalid_key' ? 'key' : 'value')
    const hint = typeof params?.hint === 'string' ? { hint: params.hint } : {}
    return [{ file, ...where, key: pathText(issue.path), problem: issue.message, ...hint }]
  })
}

function unknownKey(
  file: string,
  yaml: CourseYaml,
  path: readonly PropertyKey[],
  known: readonly string[],
): CourseProblem {
  const near = nearest(String(path.at(-1)), known, (found) => `Did you mean \`${found}\`?`)
  const hint = near === '' ? `There are ${known.join(', ')}.` : near
  return { file, ...yaml.where(path, 'key'), key: pathText(path), problem: 'is not a key here', hint }
}
