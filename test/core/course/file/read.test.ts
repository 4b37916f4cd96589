import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemText } from '../../../../core/course/file/problem.ts'
import { readCourseFile } from '../../../../core/course/file/read.ts'
import { type CourseFolder, createCourseFolder, defaults } from './course-files.ts'

let folder: CourseFolder

beforeEach(async () => {
  folder = await createCourseFolder()
})

afterEach(() => folder.remove())

async function read(text: string) {
  return readCourseFile(await folder.write('course.yml', text), { defaults })
}

/** Without the folder's name. */
async function problemsIn(text: string): Promise<string[]> {
  const { course, problems } = await read(text)
  expect(course === undefined).toBe(problems.length > 0)
  return problems.map((problem) => problemText(problem).replaceAll(`${folder.path}/`, ''))
}

describe('a course file', () => {
  it('needs no more than a name', async () => {
    const { course, problems } = await read('name: ece408')
    expect(problems).toEqual([])
    expect(course).toEqual({
      ...defaults,
      name: 'ece408',
      title: 'ece408',
      timeZone: 'UTC',
      channels: [],
      assignments: [],
    })
  })

  it('says how long, how large and when in the words of the configuration', async () => {
    const { course } = await read(`
name: ece408
time_zone: Europe/Zurich
time_limit: 10m
assignments:
  final:
    due: 2026-12-11 23:59
    limits: { time: 90s, memory: 2GB }
`)
    expect(course).toMatchObject({ timeMs: 600_000, timeZone: 'Europe/Zurich' })
    expect(course?.assignments).toMatchObject([
      {
        name: 'final',
        title: 'final',
        dueAt: Date.UTC(2026, 11, 11, 22, 59),
        limits: { timeMs: 90_000, memoryBytes: 2 ** 31 },
      },
    ])
  })

  it.each([
    ['', 'course.yml:1:1: The file is empty.'],
    [
      'title: x',
      'course.yml:1:1: name is missing, and has to be up to 60 lower-case letters, digits, “.”, “-” and “_”.',
    ],
    ['name: ece408\nlate_token: 3', 'course.yml:2:1: late_token is not a key here. Did you mean `late_tokens`?'],
    [
      'name: ece408\ntime_limit: soon',
      'course.yml:2:13: time_limit has to be a duration such as 90s, 15m or 1h, and not 0, and is “soon”.',
    ],
    [
      'name: ece408\ntime_limit: [1m]',
      'course.yml:2:13: time_limit has to be a duration such as 90s, 15m or 1h, and not 0, and is a list.',
    ],
    [
      'name: ece408\ntime_zone: Mars/Olympus',
      'course.yml:2:12: time_zone is no time zone. Write it as `America/Chicago` or `UTC`.',
    ],
    ['name: ece408\nname: ece409', 'course.yml:2:1: name is written twice. Leave one of them out.'],
    [
      'name: ece408\nvisibility: pulbic',
      'course.yml:2:13: visibility has to be public, private or quiet, and is “pulbic”. Did you mean public?',
    ],
    [
      'name: ece408\nassignments: [m1]',
      'course.yml:2:14: assignments has to be a map with the names of the assignments as its keys.',
    ],
    [
      'name: ece408\nassignments:\n  M 1:\n    title: x',
      'course.yml:3:3: assignments.M 1 is no name for an assignment: up to 60 lower-case letters, digits, “.”, “-” and “_”.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    dues: 3',
      'course.yml:4:5: assignments.m1.dues is not a key here. Did you mean `due`?',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    quotas:\n      - { per: team, size: 0, refill: 1h }',
      'course.yml:5:28: assignments.m1.quotas[0].size has to be a whole number from 1 to 10000, and is “0”.',
    ],
    [
      'name: ece408\ntime_zone: America/Chicago\nassignments:\n  m1:\n    due: 2026-03-08 02:30',
      'course.yml:5:10: assignments.m1.due does not exist in America/Chicago, because the clocks go forward then (“2026-03-08 02:30”). Choose another time, such as 2026-03-08 04:30.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    opens: 2026-03-08 02:30\n    due: 2026-03-08 02:30',
      'course.yml:5:10: assignments.m1.due is not after `opens`.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    late: { grace: 1m }',
      'course.yml:4:11: assignments.m1.late says what is late, but there is no `due`.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    due: 2026-03-08 02:30\n    late: { tokens: yes }',
      'course.yml:5:21: assignments.m1.late.tokens takes late tokens, and the course gives none. Set `late_tokens`.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    timing: { repetitions: 3, exclusive_host: yes }',
      'course.yml:4:47: assignments.m1.timing.exclusive_host needs a queue of its own, and m1 goes to rai_amd64 with everything else. Give the assignment a `queue` that a worker serves (`server.queues`).',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    ranking: { metric: time }',
      'course.yml:4:24: assignments.m1.ranking.metric is time, but there is no `timing`.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    enforce_build_file: yes',
      'course.yml:4:25: assignments.m1.enforce_build_file needs a `build_file` to enforce.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    build_file: gone.yml',
      'course.yml:4:17: assignments.m1.build_file names gone.yml, which is not there. Paths are relative to the course file.',
    ],
    [
      'name: ece408\nassignments:\n  m1:\n    grading: { commands: [true], files: course.yml }',
      'course.yml:4:41: assignments.m1.grading.files names course.yml, which is no folder. Paths are relative to the course file.',
    ],
    [
      "name: ece408\nassignments:\n  m1:\n    grading: { commands: ['sh -c \"'] }",
      'assignments.m1.grading.commands[0] cannot be run',
    ],
    [
      'name: ece408\nchannels: [irc:class]',
      'course.yml:2:12: channels[0] has to be slack:<workspace>/<channel>, discord:<server>/<channel>, terminal or terminal:<channel>, alone or below “channel:” beside “assignment:”.',
    ],
    [
      'name: ece408\nchannels:\n  - { channel: terminal, assignment: m9 }',
      'course.yml:3:38: channels[0].assignment is m9, and there is no such assignment.',
    ],
    ['name: ece408\nrights:\n  pupil: { submit: no }', 'course.yml:3:3: rights.pupil'],
    ['name: ece408\n\ttitle: x', 'course.yml:2:1: A tab is used for indentation'],
  ])('%j says where and what is wrong', async (text, problem) => {
    const [first, second] = await problemsIn(text)
    expect(first).toContain(problem)
    expect(second).toBeUndefined()
  })

  it('tells all problems at once, in the order of the file', async () => {
    const problems = await problemsIn(
      'name: E\nassignments:\n  m1:\n    queue: a b\n    limits: { gpus: -1 }\nweight: 0',
    )
    expect(problems.map((problem) => problem.split(' ')[1])).toEqual([
      ...['name', 'assignments.m1.queue', 'assignments.m1.limits.gpus', 'weight'],
    ])
  })

  it('tells what is wrong in a build file that it names, at its place there', async () => {
    await folder.write('final/rai_build.yml', 'commands:\n  bild:\n    - make\n')
    const problems = await problemsIn('name: e\nassignments:\n  m1:\n    build_file: final/rai_build.yml')
    expect(problems[0]).toContain('final/rai_build.yml:2:3: `bild` is not a key')
  })

  it('says whose repositories are whose, and takes no pattern that is the same for everybody', async () => {
    const { course } = await read(
      'name: e\nrepository: org/{assignment}-{username}\nassignments: { m1: { repository: "org/final-{team}" } }',
    )
    expect(course).toMatchObject({
      repository: 'org/{assignment}-{username}',
      assignments: [{ repository: 'org/final-{team}' }],
    })
    for (const pattern of ['org/{assignment}', '{username}', 'org/../{username}', 'org/{username}-{team}', '/{team}']) {
      const [problem] = await problemsIn(`name: e\nrepository: "${pattern}"`)
      expect(problem).toContain('has to be a path such as ece408/{assignment}-{username}')
    }
  })

  it('reads the files it names beside itself', async () => {
    await folder.write('final/rai_build.yml', 'commands:\n  build:\n    - make\n')
    await folder.write('final/grading/grade.sh', 'true')
    const { course, seen } = await read(`
name: e
assignments:
  final:
    build_file: final/rai_build.yml
    enforce_build_file: yes
    grading: { commands: [sh /src/grade.sh], files: final/grading }`)
    expect(course?.assignments).toMatchObject([
      {
        buildFile: { name: 'final/rai_build.yml', text: 'commands:\n  build:\n    - make\n', enforced: true },
        grading: { files: `${folder.path}/final/grading`, timeMs: 600_000, artefacts: [] },
      },
    ])
    expect(seen).toHaveLength(3)
  })

  it('is read within bounds whatever its aliases repeat', async () => {
    const lines = Array.from({ length: 9 }, (_, n) => `k${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`)
    const [problem] = await problemsIn(`k0: &a0 [x]\n${lines.join('\n')}`)
    expect(problem).toBe('course.yml:1:1: The file holds more than 20000 values.')
  })
})
