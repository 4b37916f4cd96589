import { expect, onTestFinished, test } from 'vitest'
import { ProviderError } from '../../core/errors.ts'
import { createMemoryQueue } from '../../core/queue/memory.ts'
import { listDeadLetters, revive } from '../../core/submission/dead-letters.ts'
import { createWorker } from '../../worker/worker.ts'
import { createScriptedChat } from '../bots/scripted-chat.ts'
import { createWorld } from '../bots/world.ts'
import { createScriptedRunner } from '../support/scripted-runner.ts'
import { until } from '../support/until.ts'
import { workerOptions } from '../support/worker.ts'

const broken = new ProviderError({
  ...{ provider: 'docker', operation: 'create a container', retryable: true },
  cause: new Error('no space left on device'),
})

test('a run whose engine fails at every attempt dies with a reason, and student and staff are told', async () => {
  const world = await createWorld()
  const { folder, records, logs, context } = world
  const chat = createScriptedChat()
  const attempts: number[] = []
  const runner = createScriptedRunner({
    open: async ({ attempt }) => {
      attempts.push(attempt)
      throw broken
    },
  })
  const store = { ...context.store, check: async () => undefined, close: async () => undefined }
  const parts = { folder, records, store, bus: logs, queue: createMemoryQueue() }
  const worker = createWorker({ ...workerOptions(parts, runner), maxAttempts: 3 })
  const stop = new AbortController()
  const working = worker.run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await working
    await world.dispose()
  })
  world.render(chat, { staffChannel: 'CSTAFF', staffPollMs: 20, staffPaceMs: 0 })
  const id = await world.queued()

  const told = await until(() => chat.messages.find(({ place }) => place?.channel === 'CSTAFF'), 60_000)
  expect(attempts).toEqual([1, 2, 3])
  const { verdict, result } = await world.submissionOf(id)
  expect(verdict).toBe('system-error')
  expect(result).toMatchObject({ code: 'docker-failed' })

  expect(told.card?.title).toBe('A run failed through our fault')
  expect(told.card?.fields).toContainEqual({ label: 'Id', value: id })
  expect(told.card?.fields).toContainEqual({ label: 'Error', value: result?.errorId })
  const thread = () =>
    chat.messages.filter(({ place }) => place?.channel === 'class').flatMap(({ ref }) => chat.threadOf(ref))
  const says = (text: string) => thread().some(({ card }) => card?.text.some((line) => line.includes(text)))
  await until(() => (says('our fault, not yours, and costs you nothing') ? true : undefined), 60_000)

  const [letter] = await listDeadLetters(records, 10)
  expect(letter).toMatchObject({ kind: 'submission', submission: { id, attempt: 3 } })
  await revive(records, id)
  expect(await listDeadLetters(records, 10)).toEqual([])
})
