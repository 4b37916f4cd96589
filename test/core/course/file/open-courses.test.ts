import { utimes } from 'node:fs/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenCourses, openCourses } from '../../../../core/course/file/open-courses.ts'
import { until } from '../../../support/until.ts'
import { type CourseFolder, createCourseFolder, defaults } from './course-files.ts'

let folder: CourseFolder
let courses: OpenCourses | undefined
let told: string[]

beforeEach(async () => {
  folder = await createCourseFolder()
  told = []
})

afterEach(async () => {
  await courses?.close()
  await folder.remove()
})

async function open(patterns = [`${folder.path}/*.yml`]): Promise<OpenCourses> {
  const log = pino({ level: 'info' }, { write: (line: string) => told.push(line) })
  courses = await openCourses({ patterns, defaults, log, pollMs: 10 })
  return courses
}

const course = (name: string, channel: string) => `name: ${name}\nchannels: [${channel}]\n`
const place = (channel: string) => ({ platform: 'slack', workspace: 'T1', channel }) as const

describe('the courses of a deployment', () => {
  it('are found by name and by channel, several in one where they share it', async () => {
    await folder.write('a.yml', course('a', 'slack:T1/C1, slack:T1/C9'))
    await folder.write('b.yml', course('b', 'slack:T1/C2, slack:T1/C9'))
    const { all, byName, at } = await open()
    expect(all().map(({ name }) => name)).toEqual(['a', 'b'])
    expect(byName('b')?.name).toBe('b')
    expect(['C1', 'C2', 'C9', 'C3'].map((channel) => at(place(channel)).map(({ name }) => name))).toEqual([
      ...[['a'], ['b'], ['a', 'b'], []],
    ])
    expect(at({ ...place('C1'), workspace: 'T2' })).toEqual([])
  })

  it('are everywhere where a course names no channels', async () => {
    await folder.write('a.yml', 'name: a')
    expect((await open()).at(place('C7')).map(({ name }) => name)).toEqual(['a'])
  })

  it('do not open with problems, and all of them are told', async () => {
    await folder.write('a.yml', 'name: a\nweight: x')
    await folder.write('b.yml', 'name: a\nkeep: x')
    await expect(open()).rejects.toMatchObject({
      problems: [
        { key: 'weight', line: 2 },
        { key: 'keep', line: 2 },
      ],
    })
    await folder.write('a.yml', 'name: a')
    await folder.write('b.yml', 'name: a')
    await expect(open()).rejects.toThrow(/name: is a, and so is that of .*a\.yml/)
    await expect(open([`${folder.path}/none*.yml`])).rejects.toThrow('No course file is there')
    await expect(open([`${folder.path}/none.yml`])).rejects.toThrow('cannot be read')
  })

  it('change with their files, and stay as they were while a file is broken', async () => {
    await folder.write('a.yml', 'name: a\ntitle: Old')
    const { all } = await open()
    await folder.write('a.yml', 'name: a\ntitle: New')
    await until(() => all()[0]?.title === 'New' || undefined)
    await folder.write('a.yml', 'name: a\ntitle: Newer\nweigth: 3')
    await until(() => told.some((line) => line.includes('Did you mean `weight`?')) || undefined)
    expect(all()[0]?.title).toBe('New')
    await folder.write('a.yml', 'name: a\ntitle: Newer')
    await until(() => all()[0]?.title === 'Newer' || undefined)
    await folder.write('b.yml', 'name: b')
    await until(() => all().length === 2 || undefined)
  })

  it('change with a build file that they name', async () => {
    const build = (command: string) => `commands:\n  build:\n    - ${command}\n`
    const file = await folder.write('x/rai_build.yml', build('make'))
    await folder.write('a.yml', 'name: a\nbuild_file: x/rai_build.yml')
    const { all } = await open()
    await folder.write('x/rai_build.yml', build('true'))
    await utimes(file, 1, 1)
    await until(() => all()[0]?.defaultBuildFile?.includes('true') === true || undefined)
  })
})
