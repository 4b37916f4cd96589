import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultBuildFileLimits } from '../../../core/buildfile/build-file.ts'
import type { Course } from '../../../core/course/course.ts'
import { createStage } from '../../../core/submission/stage.ts'
import { type Embedded, openEmbedded } from '../../support/embedded.ts'
import { stageOptions } from '../../support/staging.ts'

let parts: Embedded
let folder: string

beforeEach(async () => {
  parts = await openEmbedded()
  folder = await mkdtemp(join(tmpdir(), 'rai-stage-images-'))
})

afterEach(async () => {
  await parts.close()
  await rm(folder, { recursive: true })
})

const course: Course = {
  name: 'rai',
  title: 'RAI',
  queue: 'rai_amd64',
  image: 'course:1',
  allowedImages: ['gcc:1?'],
  timeMs: 60_000,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 10,
  intervalMs: 0,
}

/** The job of one submission with this build file. */
async function stage(buildFile: string, { registry }: { registry?: string } = {}, buildImage = true) {
  const project = join(folder, 'project')
  const scratch = join(folder, 'scratch')
  await mkdir(project)
  await mkdir(scratch)
  await writeFile(join(project, 'rai_build.yml'), buildFile)
  const { submission } = await parts.records.intake.receive(
    {
      eventKey: 'test:1',
      place: { platform: 'terminal', workspace: 'here', channel: 'class' },
      account: 'ada',
      course: 'rai',
      queue: 'rai_amd64',
      priority: 'student',
      source: { kind: 'local', path: project, host: 'here' },
      sourcePlace: 'any',
      submittedAt: 1_700_000_000_000,
    },
    () => undefined,
  )
  const bytes = 1024 * 1024
  const run = createStage({
    ...stageOptions(parts, { ...course, ...(registry === undefined ? {} : { registry }) }),
    buildFileLimits: { ...defaultBuildFileLimits, buildImage },
    queues: ['rai_amd64'],
    source: {
      limits: {
        archiveBytes: bytes,
        bytes,
        entries: 100,
        scannedBytes: bytes,
        scannedEntries: 100,
        gitBytes: bytes,
        gitMs: 1000,
      },
      git: { allowHttp: false, allowPrivateAddresses: false },
    },
  })
  const { source } = await run(submission, { scratch, signal: new AbortController().signal, onPinned: async () => {} })
  return source.job
}

const commands = 'commands:\n  build:\n    - make\n'

it('takes the course’s image, and those it lists, by their full names', async () => {
  expect((await stage(commands)).image).toBe('course:1')
})

it('takes a listed image', async () => {
  expect((await stage(`rai:\n  image: docker.io/library/gcc:13\n${commands}`)).image).toBe('gcc:13')
})

it('refuses another one before it is queued, and says which there are', async () => {
  await expect(stage(`rai:\n  image: gcc:9\n${commands}`)).rejects.toThrow(
    'The image "gcc:9" is not one that this course runs. Allowed: course:1 and gcc:1?.',
  )
})

const building = (more = '') =>
  `commands:\n  build_image:\n    image_name: me/app:2\n    dockerfile: docker/Dockerfile\n    no_cache: true\n${more}`

it('names what will be built after its owner, also where there are no commands', async () => {
  const job = await stage(building())
  expect(job).toMatchObject({
    image: 'rai/rai/user-ada/app:2',
    buildImage: { name: 'rai/rai/user-ada/app:2', dockerfile: 'docker/Dockerfile', noCache: true },
    commands: [],
  })
})

it('keeps no password of the build file, and publishes to the configured registry alone', async () => {
  const push =
    '    push:\n      push: true\n      credentials:\n        username: ada\n        password: hunter2-secret\n'
  const job = await stage(building(push), { registry: 'registry.example.edu' })
  expect(job.buildImage?.publish).toBe('rai/rai/user-ada/app:2')
  expect(JSON.stringify(job)).not.toContain('hunter2')
})

it('runs the commands in the named image where images are not built', async () => {
  const job = await stage(`${building()}  build:\n    - make\n`, {}, false)
  expect(job).toMatchObject({ image: 'course:1', commands: [{ text: 'make' }] })
  expect(job.buildImage).toBeUndefined()
})
