import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { extract, pack } from 'tar-stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { JobSpec } from '../../../core/records/json.ts'
import type { SandboxRequest } from '../../../worker/runner/runner.ts'
import { artefacts, type Embedded, openEmbedded } from '../../support/embedded.ts'
import type { RunnerScript, Script } from '../../support/scripted-runner.ts'
import { startWorker, type Working } from '../start-worker.ts'

let parts: Embedded
let worker: Working | undefined

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(async () => {
  await worker?.stop()
  await parts.close()
})

const key = artefacts.grading('hash')
const grading: NonNullable<JobSpec['grading']> = {
  image: 'course/grader:1',
  commands: [{ text: './check.sh', argv: ['./check.sh'] }],
  files: key,
  artefacts: ['result.csv'],
  timeMs: 5000,
}

async function keepFiles() {
  const tar = pack()
  tar.entry({ name: 'check.sh' }, 'diff submission/result.csv answers')
  tar.entry({ name: 'answers' }, 'the answer key')
  tar.finalize()
  const body = Readable.from([gzipSync(await buffer(tar))])
  await parts.store.put(key, body, { contentType: 'application/gzip', lifetime: 'kept' })
}

const isGrading = ({ environment }: SandboxRequest) => environment.RAI_SUBMISSION_DIR !== undefined

/** Runs one submission of a graded assignment; `check` is what the staff's commands do. */
async function run(script: { readonly check?: Script; readonly grade?: object; readonly student?: Script }, job = {}) {
  await keepFiles()
  const completed: Script = async () => ({ kind: 'completed' })
  const runner: RunnerScript = {
    run: async (options, request) => {
      const script_ = isGrading(request) ? script.check : script.student
      return (script_ ?? completed)(options, request)
    },
    build: (request) =>
      isGrading(request)
        ? { ...(script.grade && { 'grade.json': JSON.stringify(script.grade) }) }
        : { 'result.csv': '2,3,5', final: 'program' },
  }
  const { id } = await parts.enqueue({}, { grading, ...job })
  worker = startWorker(parts, runner)
  return { id, finished: await parts.finished(id), opened: worker.runner.opened, removed: worker.runner.removed }
}

async function namesIn(request: SandboxRequest | undefined) {
  const names: string[] = []
  const entries = extract()
  const source = await request?.source()
  source?.pipe(entries)
  for await (const entry of entries) {
    names.push(entry.header.name)
    entry.resume()
  }
  return names
}

it('grades in a container of its own that holds the staff’s files and what was declared', async () => {
  const seen: string[][] = []
  const check: Script = async ({ onOutput }, request) => {
    seen.push(await namesIn(request))
    await onOutput({ stream: 'stdout', bytes: Buffer.from('expected: the answer key\n') })
    return { kind: 'completed' }
  }
  const { finished, opened, removed } = await run({ check, grade: { score: 87, message: 'Case 3 differs.' } })
  expect(finished.verdict).toBe('succeeded')
  expect(finished.result?.grade).toEqual({ passed: true, score: 87, message: 'Case 3 differs.' })
  expect(seen).toEqual([['check.sh', 'answers', 'submission/result.csv']])
  expect(opened.map(({ image }) => image)).toEqual(['none', 'course/grader:1'])
  expect(removed).toHaveLength(2)
})

it('keeps what the grading printed for staff, and shows the student the grade alone', async () => {
  const check: Script = async ({ onOutput }) => {
    await onOutput({ stream: 'stdout', bytes: Buffer.from('expected: the answer key\n') })
    return { kind: 'completed' }
  }
  const { finished } = await run({ check, grade: { passed: false, score: 12 } })
  const text = await parts.text(finished.result?.log?.key ?? '')
  expect(text).toContain('Not passed with 12 points.')
  expect(text).not.toContain('answer key')
  expect(await parts.text(finished.result?.gradingLog?.key ?? '')).toBe('expected: the answer key\n')
  expect(await parts.text(finished.result?.report?.key ?? '')).not.toContain('grading-')
})

it('grades nothing that did not run through, and times each repetition in a fresh place', async () => {
  const failing: Script = async () => ({ kind: 'command-failed', index: 1 })
  const first = await run({ student: failing })
  expect(first.finished).toMatchObject({ verdict: 'failed' })
  expect(first.finished.result?.grade).toBeUndefined()
  expect(first.opened).toHaveLength(1)
  await worker?.stop()
  const timing = { repetitions: 3, take: 'minimum', of: 'last-command' }
  const { finished, opened } = await run({}, { timing })
  expect(finished.result?.measured).toEqual({ timesMs: [1, 1, 1], takenMs: 1 })
  expect(opened.map(({ image }) => image)).toEqual(['none', 'none', 'none', 'course/grader:1'])
})

it('says which limit the grading met, and does not count it as passed', async () => {
  const { finished } = await run({ check: async () => ({ kind: 'timed-out' }), grade: { passed: true } })
  expect(finished.result?.grade?.passed).toBe(false)
  expect(finished.result?.grade?.message).toMatch(/^Grading it was ended: It was stopped after 5s/)
})

it('costs the student nothing when the staff’s part is broken', async () => {
  const check: Script = async () => ({ kind: 'command-not-found', index: 0, program: './check.sh' })
  const { finished } = await run({ check })
  expect(finished).toMatchObject({ verdict: 'system-error' })
  expect(finished.result?.sentence).not.toContain('check.sh')
})
