import { expect, it } from 'vitest'
import { repeat } from '../../../worker/graded/repeat.ts'
import type { RunOutcome } from '../../../worker/runner/runner.ts'

function took(compileMs: number, runMs: number): RunOutcome {
  const command = (text: string, durationMs: number) => ({ text, exitCode: 0, durationMs })
  return {
    cause: { kind: 'completed' },
    commands: [command('make', compileMs), command('./final', runMs)],
    durationMs: compileMs + runMs,
  }
}

const failed: RunOutcome = { cause: { kind: 'command-failed', index: 0 }, commands: [], durationMs: 1 }

async function timed(changes: Partial<Parameters<typeof repeat>[0]['timing']>, outcomes: readonly RunOutcome[]) {
  const said: string[] = []
  const [first = failed, ...rest] = outcomes
  const repeated = await repeat({
    timing: { repetitions: 3, take: 'minimum', of: 'last-command', ...changes },
    first,
    again: async () => rest.shift() ?? failed,
    say: async (line) => void said.push(line),
  })
  return { ...repeated, said, left: rest.length }
}

const three = [took(500, 300), took(100, 200), took(100, 250)]

it('takes the shortest last command of all repetitions, and says each', async () => {
  const { measured, outcome, said } = await timed({}, three)
  expect(measured).toEqual({ timesMs: [300, 200, 250], takenMs: 200 })
  expect(outcome).toBe(three[0])
  expect(said).toEqual([
    'Measured 1 of 3: 300.0ms',
    'Measured 2 of 3: 200.0ms',
    'Measured 3 of 3: 250.0ms',
    'Its time is 200.0ms, the minimum of 3.',
  ])
})

it('times all commands where the assignment says so, and takes a time that was measured as the median', async () => {
  expect((await timed({ of: 'all-commands', take: 'median' }, three)).measured).toMatchObject({ takenMs: 350 })
  const even = await timed({ repetitions: 2, take: 'median' }, three)
  expect(even.measured?.takenMs).toBe(200)
  expect(even.left).toBe(1)
})

it('measures nothing where one repetition fails, and ends with that one', async () => {
  const { measured, outcome } = await timed({}, [took(1, 2), failed, took(1, 2)])
  expect(measured).toBeUndefined()
  expect(outcome).toBe(failed)
})
