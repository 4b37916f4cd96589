import { beforeEach, expect, it } from 'vitest'
import { logStart } from '../../../core/log/log.ts'
import { createMailbox, type Mailbox } from '../../../core/log/redis-mailbox.ts'
import { entries } from '../../contracts/log.ts'

let controller: AbortController
let mailbox: Mailbox

beforeEach(() => {
  controller = new AbortController()
  mailbox = createMailbox(controller.signal)
  mailbox.caughtUp()
})

it('hands over what came, once', async () => {
  mailbox.deliver(logStart, entries(1, 2))
  mailbox.deliver({ attempt: 1, sequence: 2 }, entries(3, 3))
  expect(await mailbox.take(logStart)).toEqual(entries(1, 3))
  const next = mailbox.take({ attempt: 1, sequence: 3 })
  mailbox.deliver({ attempt: 1, sequence: 3 }, entries(4, 4))
  expect(await next).toEqual(entries(4, 4))
})

it('holds no more than 1,000 entries: the reader has fallen behind', async () => {
  mailbox.deliver(logStart, entries(1, 1_000))
  expect(mailbox.isBehind()).toBe(false)
  mailbox.deliver({ attempt: 1, sequence: 1_000 }, entries(1_001, 1_001))
  expect(mailbox.isBehind()).toBe(true)
  expect(await mailbox.take(logStart)).toEqual([])
})

it('sends a reader back to the stream when something before the first entry is missing', async () => {
  mailbox.deliver({ attempt: 1, sequence: 5 }, entries(6, 7))
  expect(await mailbox.take({ attempt: 1, sequence: 3 })).toEqual([])
  expect(mailbox.isBehind()).toBe(true)
})

it('wakes a reader that waits when its signal aborts', async () => {
  const taken = mailbox.take(logStart)
  controller.abort()
  expect(await taken).toEqual([])
})
