import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProviderError, Refusal } from '../../core/errors.ts'
import { logStart, type SubmissionLog } from '../../core/log/log.ts'
import { createWorker, type WorkerOptions } from '../../worker/worker.ts'
import { type Embedded, openEmbedded, queueName } from '../support/embedded.ts'
import { createScriptedRunner, type RunnerScript, runUntilAborted } from '../support/scripted-runner.ts'
import { until } from '../support/until.ts'
import { workerOptions } from '../support/worker.ts'

let parts: Embedded
let stop: AbortController
let working: Promise<unknown>[]

beforeEach(async () => {
  parts = await openEmbedded()
  stop = new AbortController()
  working = []
})

afterEach(async () => {
  stop.abort()
  await Promise.all(working)
  await parts.close()
})

function start(script: RunnerScript = {}, changes: Partial<WorkerOptions> = {}) {
  const runner = createScriptedRunner(script)
  const worker = createWorker({ ...workerOptions(parts, runner), ...changes })
  working.push(worker.run(stop.signal))
  return { runner, worker }
}

it('takes a submission to its verdict, its result, its whole log and its report', async () => {
  const { id } = await parts.enqueue()
  const { runner } = start()
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('succeeded')
  expect(result?.sentence).toMatch(/^All commands succeeded/)
  expect(await parts.text(result?.log?.key ?? '')).toContain('ran make\nran ./run\n')
  expect(JSON.parse(await parts.text(result?.report?.key ?? ''))).toMatchObject({
    submission: id,
    attempt: 1,
    verdict: 'succeeded',
  })
  expect(await parts.store.stat(result?.build?.key ?? '')).toMatchObject({ bytes: result?.build?.bytes })
  expect(runner.removed).toEqual([id])
  expect(await parts.liveLog(id)).toContain('ran make\n')
})

it('tells the commands who they run for, and the course its own variables', async () => {
  const { id } = await parts.enqueue()
  const { runner } = start()
  await parts.finished(id)
  expect(runner.opened[0]?.environment).toMatchObject({ CI: 'rai', RAI_ARCH: 'amd64', RAI_USER: 'ada', COURSE: 'one' })
})

it('says which command failed, and how', async () => {
  const { id } = await parts.enqueue()
  start({ run: async () => ({ kind: 'command-failed', index: 1 }) })
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('failed')
  expect(result).toMatchObject({ exitCode: 3, sentence: 'Command 2, `./run`, ended with exit code 3.' })
})

it('refuses with the sentence of the refusal, and does not try again', async () => {
  const { id } = await parts.enqueue()
  start({
    open: async () => {
      throw new Refusal('unknown-image', 'There is no image none.')
    },
  })
  const finished = await parts.finished(id)
  expect(finished).toMatchObject({ verdict: 'refused', attempt: 1, result: { code: 'unknown-image' } })
})

it('tries again after a failure of ours, and gives up with an error id when attempts are used up', async () => {
  const { id } = await parts.enqueue()
  start({
    open: async () => {
      throw new ProviderError({ provider: 'docker', operation: 'start', retryable: true, cause: new Error('no') })
    },
  })
  const finished = await parts.finished(id)
  expect(finished).toMatchObject({ verdict: 'system-error', attempt: 2, result: { code: 'docker-failed' } })
  expect(finished.result?.sentence).toContain(finished.result?.errorId)
})

it('runs on after a failure of ours that did not repeat', async () => {
  const { id } = await parts.enqueue()
  let opened = 0
  start({
    open: async () => {
      opened += 1
      if (opened === 1) throw new Error('once')
    },
  })
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded', attempt: 2 })
  expect(await parts.liveLog(id)).toContain('Attempt 2 begins')
})

it('cancels what runs, and keeps what it left', async () => {
  const { id } = await parts.enqueue()
  start({ run: runUntilAborted })
  await until(async () => ((await parts.liveLog(id)).includes('started') ? true : undefined))
  expect(await parts.records.runs.requestCancel(id, 'ada')).toBe('cancelling')
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('cancelled')
  expect(result?.build).toBeDefined()
})

it('writes no verdict once its lease is lost', async () => {
  let renewals = 0
  const renew: typeof parts.records.runs.renew = async (lease, leaseMs) => {
    renewals += 1
    return renewals === 1 && parts.records.runs.renew(lease, leaseMs)
  }
  const { id } = await parts.enqueue()
  const records = { ...parts.records, runs: { ...parts.records.runs, renew } }
  const { worker, runner } = start({ run: runUntilAborted }, { records, leaseMs: 600 })
  await until(() => (runner.removed.includes(id) ? true : undefined))
  await until(() => (worker.state().running.length === 0 ? true : undefined))
  const left = await parts.records.lookup.byId(id)
  expect(left).toMatchObject({ state: 'running', attempt: 1 })
  expect(left?.verdict).toBeUndefined()
})

it('hands back what still runs when its time to leave is over, at no cost to the student', async () => {
  const { id } = await parts.enqueue()
  const { worker } = start({ run: runUntilAborted }, { drainMs: 60_000 })
  await until(async () => ((await parts.liveLog(id)).includes('started') ? true : undefined))
  stop.abort()
  worker.leaveNow()
  await Promise.all(working)
  expect(await parts.records.lookup.byId(id)).toMatchObject({ state: 'queued', attempt: 1, handBacks: 1 })
})

it('finishes what runs before it leaves', async () => {
  const { id } = await parts.enqueue()
  let proceed: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    proceed = resolve
  })
  start({
    run: async ({ onOutput }) => {
      await onOutput({ stream: 'stdout', bytes: Buffer.from('started\n') })
      await gate
      return { kind: 'completed' }
    },
  })
  await until(async () => ((await parts.liveLog(id)).includes('started') ? true : undefined))
  stop.abort()
  proceed()
  await Promise.all(working)
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
})

it('runs no more at a time than it has slots, over all its queues', async () => {
  let running = 0
  let most = 0
  const ids = []
  for (let index = 0; index < 6; index += 1) {
    ids.push((await parts.enqueue({ queue: index % 2 === 0 ? queueName : 'rai_other' })).id)
  }
  start(
    {
      run: async ({ onOutput }) => {
        running += 1
        most = Math.max(most, running)
        await onOutput({ stream: 'stdout', bytes: Buffer.from('x\n') })
        running -= 1
        return { kind: 'completed' }
      },
    },
    { slots: 2, queues: [queueName, 'rai_other'] },
  )
  for (const id of ids) expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
  expect(most).toBeLessThanOrEqual(2)
})

it('keeps the whole log when the live log is out of order for the whole run', async () => {
  const down = async () => {
    throw new ProviderError({ provider: 'redis', operation: 'append', retryable: true, cause: new Error('down') })
  }
  const bus: SubmissionLog = { ...parts.bus, append: down }
  const { id } = await parts.enqueue()
  start({}, { bus })
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('succeeded')
  expect(await parts.text(result?.log?.key ?? '')).toContain('ran make\nran ./run\n')
})

it('catches up with a live log that comes back', async () => {
  let failures = 3
  const append: SubmissionLog['append'] = async (submission, entries) => {
    failures -= 1
    if (failures >= 0)
      throw new ProviderError({ provider: 'redis', operation: 'append', retryable: true, cause: 'down' })
    await parts.bus.append(submission, entries)
  }
  const { id } = await parts.enqueue()
  start({}, { bus: { ...parts.bus, append } })
  await parts.finished(id)
  const entries = await parts.bus.read(id, { after: logStart, limit: 100 })
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1))
  expect(entries.at(-1)?.kind).toBe('end')
})

it('leaves nothing on this host', async () => {
  const { id } = await parts.enqueue()
  start()
  await parts.finished(id)
  stop.abort()
  await Promise.all(working)
  expect((await readdir(parts.folder)).filter((name) => name.startsWith('run-'))).toEqual([])
})

it('claims no more while it may not, lets what runs go on, and claims again by itself', async () => {
  let reason: string | undefined
  let proceed: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    proceed = resolve
  })
  const { id: first } = await parts.enqueue()
  const { runner } = start(
    {
      run: async ({ onOutput }) => {
        await onOutput({ stream: 'stdout', bytes: Buffer.from('started\n') })
        await gate
        return { kind: 'completed' }
      },
    },
    { slots: 2, mayClaim: () => reason, holdMs: 10 },
  )
  await until(async () => ((await parts.liveLog(first)).includes('started') ? true : undefined))
  reason = 'engine: hung'
  const { id: second } = await parts.enqueue()
  await parts.queue.send({ version: 1, queue: queueName, hint: second })
  proceed()
  expect(await parts.finished(first)).toMatchObject({ verdict: 'succeeded' })
  expect(runner.opened).toHaveLength(1)
  expect(await parts.records.lookup.byId(second)).toMatchObject({ state: 'queued' })
  await until(async () => ((await parts.queue.depth(queueName)).waiting === 1 ? true : undefined))
  reason = undefined
  expect(await parts.finished(second)).toMatchObject({ verdict: 'succeeded', attempt: 1 })
})

it('starts nothing of a queue that staff paused, and goes on once it is resumed', async () => {
  await parts.records.pauses.pause({ queue: queueName, actor: 'staff', reason: 'new disk' })
  const { id: paused } = await parts.enqueue()
  const { id: other } = await parts.enqueue({ queue: 'rai_other' })
  start({}, { slots: 2, queues: [queueName, 'rai_other'] })
  await parts.finished(other)
  expect(await parts.records.lookup.byId(paused)).toMatchObject({ state: 'queued', attempt: 0 })
  await parts.records.pauses.resume(queueName)
  expect(await parts.finished(paused)).toMatchObject({ verdict: 'succeeded' })
})

it('tells of a run that it lost to another worker', async () => {
  const lost: string[] = []
  let renewals = 0
  const renew: typeof parts.records.runs.renew = async (lease, leaseMs) => {
    renewals += 1
    return renewals === 1 && parts.records.runs.renew(lease, leaseMs)
  }
  const { id } = await parts.enqueue()
  const records = { ...parts.records, runs: { ...parts.records.runs, renew } }
  start({ run: runUntilAborted }, { records, leaseMs: 600, onLeaseLost: ({ submission }) => lost.push(submission.id) })
  await until(() => (lost.includes(id) ? true : undefined))
})

it('keeps a message that nobody can read for staff, and works on', async () => {
  let sent = false
  const receive: typeof parts.queue.receive = async (queue, options) => {
    if (sent) return parts.queue.receive(queue, options)
    sent = true
    options.onInvalid?.('{"version":9}', 'version: unknown')
    return undefined
  }
  start({}, { queue: { ...parts.queue, receive } })
  const [message] = await until(async () => {
    const messages = await parts.records.operations.invalidMessages(10)
    return messages.length > 0 ? messages : undefined
  })
  expect(message).toMatchObject({ queue: queueName, problem: 'version: unknown', body: '{"version":9}' })
  const { id } = await parts.enqueue()
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
})
