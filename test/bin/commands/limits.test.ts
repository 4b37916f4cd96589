import { hostname } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { openEmbedded, queueName } from '../../support/embedded.ts'
import { inFolder } from './operating.ts'

test('limits shows on the server what the chat shows: bounds, images, and the GPUs there are', async () => {
  const parts = await openEmbedded({ host: hostname() })
  onTestFinished(() => parts.close())
  const rai = inFolder(parts.folder)
  expect((await rai('limits')).stdout).toMatch(
    /^Limits of \S+ in RAI\n(.|\n)* Memory +16 GiB\n(.|\n)* Images +rai\/course:local.*\n +GPUs there are +none\n$/,
  )
  const volta = { architecture: 'volta', memoryBytes: 16 * 1024 ** 3 }
  const worker = { worker: 'w', host: 'gpu1', queues: [queueName], slots: 1 }
  await parts.records.fleet.announce({ ...worker, capabilities: { architecture: 'amd64', gpus: [volta] } }, 60_000)
  expect((await rai('limits')).stdout).toMatch(/GPUs there are +1 × volta/)
})
