import { describe, expect, it } from 'vitest'
import type { Assignment, Standing } from '../../../core/course/assignment.ts'
import type { Course } from '../../../core/course/course.ts'
import { courseFor } from '../../../core/course/for-assignment.ts'
import type { PreparedSource } from '../../../core/source/source.ts'
import { boundsFor, chooseBuildFile, shownBuildFile, standingWith } from '../../../core/submission/assigned.ts'
import { defaults } from '../course/file/course-files.ts'

const final: Assignment = {
  ...{ name: 'final', title: 'Final', quotas: [], requiredFiles: ['report.pdf', 'src/main.c'] },
  limits: { timeMs: 1000, buildBytes: 500 },
  buildFile: { name: 'final.yml', text: 'enforced', enforced: true },
  ...{ image: 'final:1', allowedImages: [], queue: 'final_amd64', visibility: 'private' },
}
const course: Course = {
  ...defaults,
  image: 'course:1',
  allowedImages: ['**'],
  defaultBuildFile: 'usual',
  assignments: [final],
}

function source(changes: Partial<PreparedSource> = {}): PreparedSource {
  return {
    ...{
      treeHash: 'a',
      bytes: 1,
      tarBytes: 1,
      entries: 1,
      leftOut: { count: 0, examples: [] },
      files: new Set<string>(),
    },
    tar: () => {
      throw new Error('nobody reads it')
    },
    close: async () => undefined,
    ...changes,
  }
}

const own = { name: 'rai_build.yml', text: 'own' }

describe('a course for one of its assignments', () => {
  it('is as the assignment says, and else as the course says', () => {
    expect(courseFor(course, 'final')).toMatchObject({
      ...{ assignment: final, timeMs: 1000, image: 'final:1', allowedImages: [], queue: 'final_amd64' },
      ...{ visibility: 'private', defaultBuildFile: 'enforced', keepGoing: false },
    })
    expect(courseFor(course, 'other')).toBe(course)
    expect(courseFor(course, undefined)).toBe(course)
  })

  it('bounds /build, within what the installation does', () => {
    const bounds = { timeMs: 1, dataBytes: 1000, network: false }
    expect(boundsFor(courseFor(course, 'final'), bounds).dataBytes).toBe(500)
    expect(boundsFor(courseFor(course, 'final'), { ...bounds, dataBytes: 100 }).dataBytes).toBe(100)
    expect(boundsFor(course, bounds)).toEqual(bounds)
  })
})

describe('the build file that runs', () => {
  it('is the course’s where it is enforced, and is shown', () => {
    const chosen = chooseBuildFile(courseFor(course, 'final'), source({ buildFile: own }))
    expect(chosen).toEqual({ name: "the course's final.yml", text: 'enforced', enforced: true })
    expect(chosen && shownBuildFile(chosen)).toEqual({ shownBuildFile: 'enforced' })
  })

  it('is the submission’s where nothing is enforced, and is theirs to know', () => {
    const chosen = chooseBuildFile(course, source({ buildFile: own }))
    expect(chosen).toEqual({ ...own, enforced: false })
    expect(chosen && shownBuildFile(chosen)).toEqual({})
  })

  it('is the assignment’s, then the course’s, where the submission has none', () => {
    const lenient = { ...final, buildFile: { name: 'final.yml', text: 'offered', enforced: false } }
    expect(chooseBuildFile(courseFor({ ...course, assignments: [lenient] }, 'final'), source())?.text).toBe('offered')
    expect(chooseBuildFile(course, source())?.text).toBe('usual')
    const { defaultBuildFile: _none, ...without } = course
    expect(chooseBuildFile(without, source())).toBeUndefined()
  })

  it('is shown within bounds', () => {
    const { shownBuildFile: shown } = shownBuildFile({ name: 'x', text: 'y'.repeat(100_000), enforced: true })
    expect(shown?.length).toBe(4001)
  })
})

describe('the files that an assignment requires', () => {
  const judged = (standing: Standing | undefined, files: string[]) =>
    standingWith(
      standing === undefined ? {} : { standing },
      courseFor(course, 'final'),
      source({ files: new Set(files) }),
    )

  it('change nothing where they are there', () => {
    expect(judged({ counts: true }, ['report.pdf', 'src/main.c'])).toEqual({})
  })

  it('keep a submission without them from counting', () => {
    expect(judged({ counts: true, lateMs: 5, lateTokens: 1 }, ['src/main.c'])).toEqual({
      standing: { counts: false, because: 'files', lateMs: 5, reason: 'It has no report.pdf, which final requires.' },
    })
  })

  it('change nothing for what does not count anyway, or is for no assignment', () => {
    expect(judged({ counts: false, because: 'late' }, [])).toEqual({})
    expect(judged(undefined, [])).toEqual({})
  })
})
