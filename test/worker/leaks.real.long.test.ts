import { afterEach, beforeEach, it } from 'vitest'
import { type Embedded, openEmbedded } from '../support/embedded.ts'
import { service } from '../support/service.ts'
import { expectNoLeaks } from './leaks.ts'

let parts: Embedded

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(() => parts.close())

it('leaves nothing behind after 1,000 jobs', { timeout: 3_000_000 }, async () => {
  await expectNoLeaks(parts, service('docker').host, 1000)
})
