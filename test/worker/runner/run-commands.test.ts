import { describe, expect, it } from 'vitest'
import { runCommands } from '../../../worker/runner/run-commands.ts'
import type { RunLimits, RunOptions } from '../../../worker/runner/runner.ts'
import { program, testLimits } from '../../contracts/runner-requests.ts'
import { createScriptedPlace, type Script } from './scripted-place.ts'

async function run(scripts: readonly Script[], changes: Partial<RunOptions & RunLimits> = {}) {
  const place = createScriptedPlace(scripts)
  const commands = scripts.map((_, index) => program(`c${index}`))
  const quiet = { onOutput: () => {}, onCommand: () => {}, signal: new AbortController().signal }
  const limits = { ...testLimits, graceMs: 20, ...changes }
  const outcome = await runCommands(place, limits, { commands, keepGoing: false, ...quiet, ...changes })
  return { outcome, calls: place.calls }
}

const failed = { kind: 'exited', code: 1 } as const

describe('runCommands', () => {
  it('kills what is left when all is done', async () => {
    const { outcome, calls } = await run([{}, {}])
    expect(outcome.cause).toEqual({ kind: 'completed' })
    expect(calls).toEqual(['c0', 'c1', 'kill'])
  })

  it('counts an out-of-memory kill for the command that failed by it alone', async () => {
    const survived = await run([{ memory: { kills: 1 } }, { memory: { kills: 1 }, ending: failed }])
    expect(survived.outcome.cause).toEqual({ kind: 'command-failed', index: 1 })
    const struck = await run([{ memory: { kills: 1 } }, { memory: { kills: 2 }, ending: failed }])
    expect(struck.outcome.cause).toEqual({ kind: 'out-of-memory' })
  })

  it('forgives a full disk to a command that succeeded', async () => {
    expect((await run([{ full: true }])).outcome.cause).toEqual({ kind: 'completed' })
    expect((await run([{ full: true, ending: failed }])).outcome.cause).toEqual({ kind: 'disk-limit', limit: 'build' })
  })

  it('takes memory before disk, and a missing program before both', async () => {
    const both = { full: true, memory: { kills: 1 } }
    expect((await run([{ ...both, ending: failed }])).outcome.cause).toEqual({ kind: 'out-of-memory' })
    const missing = await run([{ ...both, ending: { kind: 'not-found' } }])
    expect(missing.outcome.cause).toEqual({ kind: 'command-not-found', index: 0, program: 'c0' })
  })

  it('ends when the sandbox itself died of its memory, even when asked to keep going', async () => {
    const { outcome, calls } = await run([{ ending: { kind: 'sandbox-out-of-memory' } }, {}], { keepGoing: true })
    expect(outcome).toMatchObject({ cause: { kind: 'out-of-memory' }, commands: [{ exitCode: null }] })
    expect(calls).toEqual(['c0', 'kill'])
  })

  it('does not kill before the grace period when TERM was heard', async () => {
    const { outcome, calls } = await run([{ until: 'term' }, {}], { timeMs: 10, graceMs: 60_000 })
    expect(outcome).toMatchObject({ cause: { kind: 'timed-out' }, commands: [{ exitCode: null }] })
    expect(calls).toEqual(['c0', 'term', 'kill'])
    expect(outcome.durationMs).toBeLessThan(10_000)
  })

  it('kills after the grace period when it was not', async () => {
    const { outcome, calls } = await run([{ until: 'kill' }, {}], { timeMs: 10 })
    expect(outcome.cause).toEqual({ kind: 'timed-out' })
    expect(calls.slice(0, 3)).toEqual(['c0', 'term', 'kill'])
  })

  it('keeps the first reason it had to end a run', async () => {
    const cancel = new AbortController()
    const onOutput = () => cancel.abort()
    const changes = { outputBytes: 4, onOutput, signal: cancel.signal }
    const { outcome } = await run([{ output: 'too long', until: 'term' }], changes)
    expect(outcome.cause).toEqual({ kind: 'output-limit' })
  })

  it('remembers the highest peak of the memory', async () => {
    const { outcome } = await run([{ memory: { peakBytes: 7 } }, { memory: { peakBytes: 5 } }])
    expect(outcome.peakMemoryBytes).toBe(7)
  })

  it('rejects with the failure of the place, and kills what is left', async () => {
    await expect(run([{ fails: new Error('engine') }])).rejects.toThrow('engine')
  })

  it.each([
    [139, 'SIGSEGV'],
    [137, 'SIGKILL'],
    [134, 'SIGABRT'],
    [1, undefined],
    [255, undefined],
  ])('reads exit code %d as %s', async (code, signal) => {
    const { outcome } = await run([{ ending: { kind: 'exited', code } }])
    expect(outcome.commands[0]).toMatchObject({ exitCode: code })
    expect(outcome.commands[0]?.signal).toBe(signal)
  })
})
