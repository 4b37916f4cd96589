import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Assignment } from '../../../core/course/assignment.ts'
import { createStage } from '../../../core/submission/stage.ts'
import { createDockerRunner } from '../../../worker/runner/docker.ts'
import { type Embedded, openEmbedded, queueName } from '../../support/embedded.ts'
import { testImage } from '../../support/images.ts'
import { service } from '../../support/service.ts'
import { stageOptions } from '../../support/staging.ts'
import { workWith } from '../start-worker.ts'

let parts: Embedded
let worker: { stop(): Promise<void> } | undefined

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(async () => {
  await worker?.stop()
  await parts.close()
})

/** Looks for what it must not see, compares, and writes the grade. */
const check = `set -e
if touch /src/submission/result.csv; then exit 9; fi
if [ -e /src/submission/secret ] || [ -e /build/result.csv ]; then exit 8; fi
score=0
if cmp -s "$RAI_SUBMISSION_DIR/result.csv" /src/answers; then score=100; fi
echo "comparing with $(cat /src/answers)"
echo "{\\"score\\": $score}" > /build/grade.json
`

const answers = '2 3 5 7\n'

/** Stages `command` for an assignment that is graded, runs it on the engine, and waits for its verdict. */
async function submit(command: string) {
  const [project, staff] = [join(parts.folder, 'project'), join(parts.folder, 'staff')]
  await mkdir(project)
  await mkdir(staff)
  const buildFile = { rai: { version: 0.2, image: testImage }, commands: { build: [command] } }
  await writeFile(join(project, 'rai_build.yml'), JSON.stringify(buildFile))
  await writeFile(join(staff, 'check.sh'), check)
  await writeFile(join(staff, 'answers'), answers)
  const received = await parts.records.intake.receive(
    {
      eventKey: 'graded:1',
      place: { platform: 'terminal', workspace: 'here', channel: 'class' },
      ...{ account: 'ada', course: 'one', assignment: 'final', queue: queueName, priority: 'student' },
      source: { kind: 'local', path: project, host: 'here' },
      sourcePlace: 'host:here',
      submittedAt: 1_700_000_000_000,
    },
    () => undefined,
  )
  await stage(staff)
  worker = workWith(parts, createDockerRunner({ docker: { host: service('docker').host }, ...places() }))
  return parts.finished(received.submission.id)
}

const places = () => ({ scratch: join(parts.folder, 'docker'), labelPrefix: `rai-graded-${process.pid}` })

async function stage(staff: string) {
  const assignment: Assignment = {
    name: 'final',
    title: 'Final',
    quotas: [],
    requiredFiles: [],
    limits: {},
    timing: { repetitions: 2, take: 'minimum', of: 'last-command', exclusiveHost: false },
    grading: { commands: ['sh /src/check.sh'], files: staff, artefacts: ['result.csv'], timeMs: 30_000 },
  }
  const work = await parts.records.intake.claimStaging({ owner: 'me', leaseMs: 60_000, places: ['host:here'] })
  if (work === undefined) throw new Error('nothing waits to be staged')
  const toStage = createStage(stageOptions(parts, { ...course, assignments: [assignment] }))
  const scratch = join(parts.folder, 'stage')
  await mkdir(scratch)
  const signal = new AbortController().signal
  const staged = await toStage(work.submission, { scratch, signal, onPinned: async () => undefined })
  await parts.records.intake.enqueue(work.lease, staged.source, staged)
}

const course = {
  ...{ name: 'one', title: 'One', queue: queueName, image: testImage, timeMs: 60_000, keepGoing: false },
  ...({ visibility: 'public', publicResults: false, waitingLimit: 5, intervalMs: 0 } as const),
}

it('grades what was declared with files that no student’s command ever saw', async () => {
  const { verdict, result } = await submit(
    "sh -c 'ls -R /src /build; test ! -e /src/answers; echo hidden > secret; echo 2 3 5 7 > result.csv'",
  )
  expect(verdict).toBe('succeeded')
  expect(result?.grade).toEqual({ passed: true, score: 100 })
  expect(result?.measured?.timesMs).toHaveLength(2)
  const log = await parts.text(result?.log?.key ?? '')
  expect(log).toContain('Passed with 100 points.')
  expect(log).not.toContain('comparing with')
  expect(await parts.text(result?.gradingLog?.key ?? '')).toContain(`comparing with ${answers}`)
})

it('does not follow a link that stands where the result should be', async () => {
  const { result } = await submit("sh -c 'ln -s /src/answers result.csv'")
  expect(result?.grade).toEqual({ passed: true, score: 0 })
})
