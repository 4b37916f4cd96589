import { pino } from 'pino'
import { expect, it } from 'vitest'
import { awaitPart } from '../../../bin/compose/await-part.ts'
import { ConfigError, ProviderError } from '../../../core/errors.ts'

function recorder() {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) })
  return { lines, log }
}

function failure(retryable: boolean, why: string) {
  return new ProviderError({ provider: 'redis', operation: 'answer', retryable, cause: new Error(why) })
}

it('tries again, and says each problem once and when it is over', async () => {
  const { lines, log } = recorder()
  const problems = ['refused', 'refused']
  const part = await awaitPart(
    'live log',
    async () => {
      const problem = problems.shift()
      if (problem !== undefined) throw failure(true, problem)
      return 'here'
    },
    { log, signal: new AbortController().signal },
  )
  expect(part).toBe('here')
  expect(lines).toEqual([
    'the live log does not answer; trying again: redis could not answer: refused',
    'the live log answers now',
  ])
})

it.each([failure(false, 'no such bucket'), new ConfigError([{ key: 'x', problem: 'is wrong' }])])(
  'does not wait for what waiting cannot mend: %s',
  async (error) => {
    const { log } = recorder()
    const waiting = awaitPart('store', () => Promise.reject(error), { log, signal: new AbortController().signal })
    await expect(waiting).rejects.toBe(error)
  },
)

it('stops waiting when the process is asked to leave', async () => {
  const { log } = recorder()
  const stop = new AbortController()
  const waiting = awaitPart('store', () => Promise.reject(failure(true, 'down')), { log, signal: stop.signal })
  stop.abort()
  await expect(waiting).rejects.toThrow('abort')
})
