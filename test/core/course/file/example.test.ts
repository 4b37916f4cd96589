import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keysAt } from '../../../../core/course/file/keys.ts'
import { readCourseFile } from '../../../../core/course/file/read.ts'
import { readCourseYaml } from '../../../../core/course/file/yaml.ts'
import { defaults } from './course-files.ts'

const example = join(import.meta.dirname, '../../../../examples/course/course.yml')

/** Every map in a value with its path; the names of assignments and roles do not matter. */
function mapsIn(value: unknown, path: readonly string[] = []): (readonly [string, readonly string[]])[] {
  if (Array.isArray(value)) return value.flatMap((one) => mapsIn(one, [...path, '0']))
  if (typeof value !== 'object' || value === null) return []
  const below = Object.entries(value).flatMap(([key, one]) => mapsIn(one, [...path, key]))
  return [[path.join('.'), Object.keys(value)], ...below]
}

describe('the example of a course', () => {
  it('is in order', async () => {
    const { course, problems } = await readCourseFile(example, { defaults })
    expect(problems).toEqual([])
    expect(course?.assignments?.map(({ name }) => name)).toEqual(['m1', 'final'])
    expect(course?.channels).toContainEqual({
      ...{ platform: 'slack', workspace: 'T0123ABCD', channel: 'C0789JKLM', assignment: 'final' },
    })
  })

  it('uses every field of the schema', async () => {
    const { value } = readCourseYaml(example, await readFile(example, 'utf8'))
    const used = new Map<string, Set<string>>()
    for (const [path, keys] of mapsIn(value)) {
      const place = path.replace(/^(assignments|rights)\.[^.]+/, '$1.*')
      used.set(place, new Set([...(used.get(place) ?? []), ...keys]))
    }
    const checked = [...used].map(([place, keys]) => {
      const known = keysAt(place.split('.').filter((part) => part !== ''))
      expect([...keys].sort(), place).toEqual(known.length === 0 ? [...keys].sort() : [...known].sort())
      return known.length
    })
    expect(checked.filter((count) => count > 0)).toHaveLength(11)
  })
})
