import { mkdir, readdir, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openEmbedded, queueName } from '../../support/embedded.ts'
import { until } from '../../support/until.ts'
import { inFolder } from './operating.ts'

test('sweep --once puts back what a dead worker held, and removes its old work folders', async () => {
  const parts = await openEmbedded({ host: hostname() })
  onTestFinished(() => parts.close())
  const { id } = await parts.enqueue()
  const options = { queue: queueName, worker: 'w', host: 'h', leaseMs: 1 }
  await parts.records.runs.claim({ ...options, choose: ({ waiting }) => waiting[0] })
  await until(async () => ((await parts.records.lookup.isLeased(id, 1)) ? undefined : true))
  const work = join(parts.folder, 'tmp', 'worker')
  await mkdir(join(work, 'run-abcdef'), { recursive: true })
  await utimes(join(work, 'run-abcdef'), 1000, 1000)
  expect(await inFolder(parts.folder)('sweep', '--once')).toMatchObject({ exitCode: 0 })
  expect(await parts.records.lookup.byId(id)).toMatchObject({ state: 'queued', attempt: 1 })
  expect(await readdir(work)).not.toContain('run-abcdef')
})
