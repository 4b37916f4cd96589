import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createEngine } from '../../../worker/runner/docker-engine.ts'
import { watchExit } from '../../../worker/runner/docker-exit.ts'

const engine = createEngine({ host: 'unix:///nowhere', limitMs: 10_000 })

it('still takes what the program wrote, where its end is known before', async () => {
  const stream = new PassThrough()
  let looks = 0
  const inspect = async () => {
    looks += 1
    if (looks === 1) setImmediate(() => stream.write('late'))
    return { Running: false }
  }
  const watch = watchExit(engine, { inspect }, stream)
  const read: string[] = []
  try {
    for await (const bytes of stream) {
      watch.busy()
      read.push(String(bytes))
      watch.idle()
    }
  } catch {
    // It was closed under its reader, which is what `ended` says.
  }
  watch.close()
  expect({ read, ended: watch.ended }).toEqual({ read: ['late'], ended: true })
})
