import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Course } from '../../../../core/course/course.ts'

export const defaults: Course = {
  name: 'rai',
  title: 'RAI',
  queue: 'rai_amd64',
  timeMs: 3_600_000,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 3,
  intervalMs: 30_000,
}

export interface CourseFolder {
  readonly path: string
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

export async function createCourseFolder(): Promise<CourseFolder> {
  const path = await mkdtemp(join(tmpdir(), 'rai-course-'))
  return {
    path,
    write: async (name, text) => {
      const file = join(path, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
      return file
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}
