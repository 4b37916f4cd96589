import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { expect, it } from 'vitest'
import { readGrade } from '../../../worker/graded/read-grade.ts'
import type { RunCause } from '../../../worker/runner/runner.ts'

function build(grade?: string): Readable {
  const output = pack()
  output.entry({ name: 'other.json' }, '{"passed": false}')
  if (grade !== undefined) output.entry({ name: 'grade.json' }, grade)
  output.finalize()
  return Readable.from(output)
}

const read = (grade?: string, cause: RunCause = { kind: 'completed' }) =>
  readGrade({ cause, commands: [], durationMs: 1 }, build(grade))

it('passes what completed without a grade file, and fails what did not', async () => {
  expect(await read()).toEqual({ passed: true })
  expect(await read(undefined, { kind: 'command-failed', index: 0 })).toEqual({ passed: false })
})

it('takes points, a message and figures from the file', async () => {
  const grade = { passed: true, score: 87.5, message: 'Two cases differ.', values: { cases: 40 } }
  expect(await read(JSON.stringify({ ...grade, more: 1 }))).toEqual(grade)
  expect(await read('{"score": 3, "passed": false}')).toEqual({ score: 3, passed: false })
})

it('does not believe a file that says passed when the commands were ended', async () => {
  expect(await read('{"passed": true, "score": 100}', { kind: 'timed-out' })).toEqual({ passed: false, score: 100 })
})

it('rejects a file that is no grade, or is too large: that is the staff’s to mend', async () => {
  await expect(read('passed')).rejects.toThrow(/that is no grade/)
  await expect(read('{"score": "many"}')).rejects.toThrow(/that is no grade/)
  await expect(read(`{"message": "${'x'.repeat(70_000)}"}`)).rejects.toThrow(/bytes/)
})
