import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Standing } from '../../../core/course/assignment.ts'
import type { Course } from '../../../core/course/course.ts'
import { ProviderError } from '../../../core/errors.ts'
import type { NewSubmission } from '../../../core/records/intake.ts'
import type { Store } from '../../../core/store/store.ts'
import { createStage } from '../../../core/submission/stage.ts'
import { createStager, type StagerOptions } from '../../../core/submission/stager.ts'
import { createWaker } from '../../../core/submission/waker.ts'
import { type Embedded, openEmbedded, queueName, silent } from '../../support/embedded.ts'
import { stageOptions } from '../../support/staging.ts'
import { until } from '../../support/until.ts'

let parts: Embedded
let stop: AbortController
let staging: Promise<void>[]
let events = 0

const course: Course = {
  name: 'rai',
  title: 'RAI',
  queue: queueName,
  allowedImages: ['course:*'],
  timeMs: 60_000,
  keepGoing: false,
  visibility: 'public',
  publicResults: false,
  waitingLimit: 10,
  intervalMs: 0,
}

beforeEach(async () => {
  parts = await openEmbedded()
  stop = new AbortController()
  staging = []
})

afterEach(async () => {
  stop.abort()
  await Promise.all(staging)
  await parts.close()
})

function start(
  changes: Partial<StagerOptions> = {},
  courseChanges: Partial<Course> = {},
  required: readonly string[] = [],
) {
  const stager = createStager({
    records: parts.records,
    waker: createWaker({ runs: parts.records.runs, queue: parts.queue, log: silent, repeatMs: 60_000 }),
    log: silent,
    owner: 'bot',
    places: ['any', 'host:here'],
    stage: createStage({ ...stageOptions(parts, { ...course, ...courseChanges }), requiredFiles: required }),
    scratch: parts.folder,
    leaseMs: 10_000,
    concurrency: 1,
    giveUpMs: 60_000,
    ...changes,
  })
  staging.push(stager.run(stop.signal))
  return stager
}

async function receive(files: Record<string, string>, changes: Partial<NewSubmission> = {}, standing?: Standing) {
  events += 1
  const path = join(parts.folder, `project-${events}`)
  await mkdir(path)
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  const { submission } = await parts.records.intake.receive(
    {
      eventKey: `stager:${events}`,
      place: { platform: 'terminal', workspace: 'here', channel: 'class' },
      account: 'ada',
      course: 'rai',
      queue: queueName,
      priority: 'student',
      source: { kind: 'local', path, host: 'here' },
      sourcePlace: 'host:here',
      submittedAt: Date.now(),
      ...changes,
    },
    () => standing,
  )
  return submission.id
}

function inState(id: string, state: string) {
  return until(async () => {
    const submission = await parts.records.lookup.byId(id)
    return submission?.state === state ? submission : undefined
  })
}

const build = (rest = '') => `rai:\n  version: 0.2\n  image: course:1\n${rest}commands:\n  build:\n    - make\n`

it('keeps what is handed in for an assignment beyond the lifetime of everything else', async () => {
  const lifetimes: string[] = []
  const { store } = parts
  const put: Store['put'] = (key, body, options) => {
    lifetimes.push(options.lifetime)
    return store.put(key, body, options)
  }
  parts = { ...parts, store: { ...store, put } }
  const ids = [
    await receive({ 'rai_build.yml': build() }, { assignment: 'final' }, { counts: true }),
    await receive({ 'rai_build.yml': build() }),
  ]
  start()
  for (const id of ids) await inState(id, 'queued')
  expect(lifetimes).toEqual(['kept', 'expiring'])
})

it('brings a folder into the queue: one archive in the store, one job, one wake-up', async () => {
  const id = await receive({ 'rai_build.yml': build(), 'main.c': 'int main;\n' })
  start()
  const { staged, queue } = await inState(id, 'queued')
  expect(queue).toBe(queueName)
  expect(staged?.job).toMatchObject({ image: 'course:1', commands: [{ text: 'make', argv: ['make'] }], timeMs: 60_000 })
  const archive = await parts.store.get(staged?.key ?? '')
  expect(archive).toBeDefined()
  if (archive !== undefined) expect(gunzipSync(await buffer(archive)).toString()).toContain('int main;')
  const message = await parts.queue.receive(queueName, { waitSeconds: 5 })
  expect(message?.wakeUp).toEqual({ version: 1, queue: queueName, hint: id })
})

it('sends what asks for another architecture to its queue', async () => {
  const id = await receive({ 'rai_build.yml': build('resources:\n  cpu:\n    architecture: arm64\n') })
  start()
  expect(await inState(id, 'queued')).toMatchObject({ queue: 'rai_arm64', needs: { architecture: 'arm64' } })
})

it('takes the image of the course where the build file names none', async () => {
  const id = await receive({ 'rai_build.yml': 'rai:\n  version: 0.2\ncommands:\n  build:\n    - make\n' })
  start({}, { image: 'the-course:2' })
  expect((await inState(id, 'queued')).staged?.job.image).toBe('the-course:2')
})

it('takes the build file of the course where the submission has none', async () => {
  const id = await receive({ 'main.c': 'int main;\n' })
  start({}, { defaultBuildFile: build() })
  expect((await inState(id, 'queued')).staged?.job.buildFile).toBe("the course's build file")
})

it.each([
  ['no build file', { 'main.c': '' }, 'no-build-file'],
  ['a broken one', { 'rai_build.yml': 'rai: [' }, 'bad-build-file'],
  ['nothing at all', {}, 'empty-submission'],
])('refuses a submission with %s, and leaves nothing behind', async (_what, files, code) => {
  const id = await receive(files)
  start()
  const { verdict, result } = await inState(id, 'finished')
  expect({ verdict, code: result?.code }).toEqual({ verdict: 'refused', code })
  stop.abort()
  await Promise.all(staging)
  expect((await readdir(parts.folder)).filter((name) => name.startsWith('stage-'))).toEqual([])
})

it.each([
  ['a GPU', 'resources:\n  gpu:\n    count: 1\n'],
  ['an architecture that no queue has', 'resources:\n  cpu:\n    architecture: ppc64le\n'],
])('refuses what asks for %s, because it would wait for ever', async (_what, resources) => {
  const id = await receive({ 'rai_build.yml': build(resources) })
  start()
  expect((await inState(id, 'finished')).result?.code).toBe('no-such-worker')
})

it('refuses a submission without a file that the course wants, and names it', async () => {
  const id = await receive({ 'rai_build.yml': build() })
  start({}, {}, ['report.pdf'])
  const { result } = await inState(id, 'finished')
  expect(result?.code).toBe('required-file-missing')
  expect(result?.sentence).toContain('report.pdf')
})

it('goes on with others when its scratch folder cannot be made', async () => {
  const first = await receive({ 'rai_build.yml': build() })
  start({ scratch: join(parts.folder, 'nowhere') })
  const postponed = () =>
    until(async () => {
      const submission = await parts.records.lookup.byId(first)
      return submission?.state === 'received' && submission.availableAt > 0 ? submission : undefined
    })
  expect(await postponed()).toMatchObject({ attempt: 0 })
})

it('runs the very archive of the first one again, with its build file', async () => {
  const first = await receive({ 'rai_build.yml': build() })
  start()
  const { staged } = await inState(first, 'queued')
  const again = await receive({}, { source: { kind: 'rerun', submission: first }, sourcePlace: 'any', parent: first })
  expect((await inState(again, 'queued')).staged).toEqual(staged)
})

it('refuses to run again what is not kept any more', async () => {
  const first = await receive({ 'rai_build.yml': build() })
  start()
  const { staged } = await inState(first, 'queued')
  await parts.store.delete(staged?.key ?? '')
  const again = await receive({}, { source: { kind: 'rerun', submission: first }, sourcePlace: 'any' })
  expect((await inState(again, 'finished')).result?.code).toBe('source-expired')
})

it('tries again after a failure of ours, at no cost', async () => {
  const id = await receive({ 'rai_build.yml': build() })
  let failures = 1
  const { store } = parts
  const put: typeof store.put = async (...words) => {
    failures -= 1
    if (failures >= 0) throw new ProviderError({ provider: 's3', operation: 'put', retryable: true, cause: 'down' })
    return store.put(...words)
  }
  parts = { ...parts, store: { ...parts.store, put } }
  start()
  expect(await inState(id, 'queued')).toMatchObject({ attempt: 0, handBacks: 0 })
})

it('gives up with an error id after a failure of ours that waiting cannot mend', async () => {
  const id = await receive({ 'rai_build.yml': build() })
  const put = async () => {
    throw new ProviderError({ provider: 's3', operation: 'put', retryable: false, cause: 'no such bucket' })
  }
  parts = { ...parts, store: { ...parts.store, put } }
  start()
  const { verdict, result } = await inState(id, 'finished')
  expect(verdict).toBe('system-error')
  expect(result?.sentence).toContain(result?.errorId)
})

it('stops staging what was cancelled', async () => {
  const id = await receive({ 'rai_build.yml': build() })
  let begun: () => void = () => undefined
  const staged = new Promise<void>((resolve) => {
    begun = resolve
  })
  start({
    leaseMs: 150,
    stage: (_submission, { signal }) =>
      new Promise((_resolve, reject) => {
        begun()
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  })
  await staged
  expect(await parts.records.runs.requestCancel(id, 'ada')).toBe('cancelled')
  await until(async () => ((await readdir(parts.folder)).some((name) => name.startsWith('stage-')) ? undefined : true))
  expect(await parts.records.lookup.byId(id)).toMatchObject({ verdict: 'cancelled' })
})

it('leaves what it is at to the next stager at once when it is told to stop', async () => {
  const id = await receive({ 'rai_build.yml': build() })
  let begun: () => void = () => undefined
  const staged = new Promise<void>((resolve) => {
    begun = resolve
  })
  start({
    stage: (_submission, { signal }) =>
      new Promise((_resolve, reject) => {
        begun()
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  })
  await staged
  stop.abort()
  await Promise.all(staging)
  expect(await parts.records.lookup.byId(id)).toMatchObject({ state: 'received' })
})
