import { expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from '../support/embedded.ts'
import { startWorker } from './start-worker.ts'

it('gives a run the network only where staging wrote down that the course and the person may have it', async () => {
  const parts = await openEmbedded()
  const { runner, stop } = startWorker(parts)
  onTestFinished(async () => {
    await stop()
    await parts.close()
  })
  await parts.finished((await parts.enqueue()).id)
  await parts.finished((await parts.enqueue({}, { network: true })).id)
  expect(runner.opened.map(({ network }) => network)).toEqual(['none', 'internal'])
})
