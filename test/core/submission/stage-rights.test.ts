import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultBuildFileLimits } from '../../../core/buildfile/build-file.ts'
import type { Course } from '../../../core/course/course.ts'
import { createStage } from '../../../core/submission/stage.ts'
import { type Embedded, openEmbedded } from '../../support/embedded.ts'
import { stageOptions } from '../../support/staging.ts'

let parts: Embedded

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(() => parts.close())

const hour = 3_600_000
const course: Course = {
  name: 'rai',
  title: 'RAI',
  queue: 'rai_amd64',
  image: 'course:1',
  timeMs: hour,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 10,
  intervalMs: 0,
  rights: { student: { timeMs: hour / 2 } },
}

/** What staging decides for somebody of this role whose build file has these resources. */
async function stage(role: string, resources: string) {
  const project = join(parts.folder, 'project')
  const scratch = join(parts.folder, 'scratch')
  await mkdir(project)
  await mkdir(scratch)
  await writeFile(join(project, 'rai_build.yml'), `resources:\n${resources}\ncommands:\n  build:\n    - make\n`)
  const { people, intake } = parts.records
  const account = await people.ensure({ username: 'ada' })
  await people.enrol(account.id, { course: 'rai', role })
  const { submission } = await intake.receive(
    {
      eventKey: 'test:1',
      place: { platform: 'terminal', workspace: 'here', channel: 'class' },
      account: account.id,
      course: 'rai',
      queue: 'rai_amd64',
      priority: 'student',
      source: { kind: 'local', path: project, host: 'here' },
      sourcePlace: 'any',
      submittedAt: 1_700_000_000_000,
    },
    () => undefined,
  )
  const run = createStage({
    ...stageOptions(parts, course),
    buildFileLimits: { ...defaultBuildFileLimits, timeMs: 5 * hour, dataBytes: 2 ** 31 },
  })
  const { source, queue } = await run(submission, {
    scratch,
    signal: new AbortController().signal,
    onPinned: async () => {},
  })
  return { job: source.job, queue }
}

it('gives a run the usual time and no more of /build than the role has', async () => {
  const { job } = await stage('class', '  limits: {}')
  expect(job).toMatchObject({ timeMs: hour / 12, buildBytes: 10 * 2 ** 20 })
})

it('cuts what is asked for to what the course left the role, and says so', async () => {
  const { job } = await stage('student', '  limits: { time: 3h, datasize: 20gb, network: true }')
  expect(job).toMatchObject({ timeMs: hour / 2, buildBytes: 2 ** 30 })
  expect(job.warnings.join('\n')).toMatch(/limits\.time(.|\n)*limits\.datasize(.|\n)*without network/)
})

it('lets power users ask for more time than the course, up to the installation’s', async () => {
  const { job } = await stage('power', '  limits: { time: 9h }')
  expect(job.timeMs).toBe(5 * hour)
  expect(job.buildBytes).toBeUndefined()
})

it('refuses more GPUs than the role has', async () => {
  await expect(stage('class', '  gpu: { count: 2 }')).rejects.toMatchObject({ code: 'too-many-gpus' })
})

it('keeps a class account in the course’s queue, where a student may choose the architecture', async () => {
  await expect(stage('class', '  cpu: { architecture: arm64 }')).rejects.toMatchObject({
    code: 'architecture-not-yours',
  })
})

it('sends a student’s run to the architecture that it asks for', async () => {
  expect((await stage('student', '  cpu: { architecture: arm64 }')).queue).toBe('rai_arm64')
})
