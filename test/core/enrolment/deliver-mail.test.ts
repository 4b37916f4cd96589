import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { credentialKeys } from '../../../core/directory/credential-keys.ts'
import { applyPlan } from '../../../core/enrolment/apply.ts'
import { defaultMail } from '../../../core/enrolment/default-mail.ts'
import { type DeliverMailOptions, deliverByMail } from '../../../core/enrolment/deliver-mail.ts'
import { readMailTemplate } from '../../../core/enrolment/mail-fields.ts'
import { planEnrolment } from '../../../core/enrolment/plan.ts'
import { readRoster } from '../../../core/enrolment/roster.ts'
import { ProviderError } from '../../../core/errors.ts'
import { type MailBatch, MailBusy, type Mailer, type MailOutcome } from '../../../core/mail/mail.ts'
import { createRecords } from '../../../core/records/records.ts'
import { openSqlite } from '../../../core/records/sqlite.ts'

type Answer = (batch: MailBatch) => Map<string, MailOutcome>

const keys = credentialKeys('a secret of the course')
const accept: Answer = ({ recipients }) =>
  new Map(recipients.map(({ id }) => [id, { status: 'accepted', message: 'm' }]))

/** Five enrolled people, and a mailer that gives these answers, and accepts afterwards. */
async function open(...answers: readonly Answer[]) {
  const folder = await mkdtemp(join(tmpdir(), 'rai-deliver-'))
  const records = createRecords(await openSqlite({ path: join(folder, 'rai.db'), host: 'here' }))
  onTestFinished(async () => {
    await records.close()
    await rm(folder, { recursive: true })
  })
  const rows = Array.from({ length: 5 }, (_, i) => `u${i},u${i}@x.edu\n`).join('')
  const roster = readRoster(Buffer.from(`username,email\n${rows}`), { courses: ['rai'], course: 'rai', now: 0 })
  const plan = await planEnrolment(roster, records.enrolment)
  await applyPlan(plan, { records: records.enrolment, keys, actor: 'prof', deliver: 'mail' })
  const batches: string[][] = []
  const mailer: Mailer = {
    batchLimit: 2,
    send: async (batch) => {
      batches.push(batch.recipients.map(({ address }) => address))
      return (answers[batches.length - 1] ?? accept)(batch)
    },
    check: async () => undefined,
    failuresSince: async () => [],
  }
  const { deliveries } = records.enrolment
  const deliver = (changes: Partial<DeliverMailOptions> = {}) =>
    deliverByMail({ deliveries, mailer, template: readMailTemplate(defaultMail), keys, ...changes })
  return { deliveries, batches, deliver }
}

test('mails in batches of what the mailer takes, and tells how far it is', async () => {
  const { deliver, batches } = await open()
  const progress: string[] = []
  const onProgress = (done: number, all: number) => progress.push(`${done}/${all}`)
  expect(await deliver({ onProgress })).toEqual({ accepted: 5, failed: 0 })
  expect(batches.map(({ length }) => length)).toEqual([2, 2, 1])
  expect(progress).toEqual(['2/5', '4/5', '5/5'])
})

test('waits as long as a busy provider says', async () => {
  const busy: Answer = () => {
    throw new MailBusy({ provider: 'mailgun', operation: 'send mail', cause: new Error('busy') }, 30)
  }
  const { deliver, batches } = await open(busy)
  expect(await deliver()).toEqual({ accepted: 5, failed: 0 })
  expect(batches.flat()).toHaveLength(7)
})

test('tries again whom the mailer did not get to, and gives up whom it refused', async () => {
  const partly: Answer = ({ recipients: [first] }) => new Map([[first?.id ?? '', { status: 'refused', reason: 'no' }]])
  const { deliver, batches } = await open(partly)
  expect(await deliver()).toEqual({ accepted: 4, failed: 1 })
  expect(batches.flat().filter((address) => address === 'u0@x.edu')).toHaveLength(1)
})

test('stops when the provider will not, and keeps everything for the next time', async () => {
  const refuse: Answer = () => {
    throw new ProviderError({ provider: 'mailgun', operation: 'send mail', retryable: false, cause: new Error('401') })
  }
  const { deliver, deliveries } = await open(refuse)
  await expect(deliver()).rejects.toThrow('401')
  expect((await deliveries.waiting('mail')).count).toBe(5)
  expect(await deliver()).toEqual({ accepted: 5, failed: 0 })
})

test('stops between two batches when it is asked to', async () => {
  const stop = new AbortController()
  const { deliver, deliveries } = await open()
  await expect(deliver({ signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow('abort')
  expect((await deliveries.waiting('mail')).count).toBe(3)
})

test('stops while it waits for a busy provider', async () => {
  const stop = new AbortController()
  const busy: Answer = () => {
    setImmediate(() => stop.abort())
    throw new MailBusy({ provider: 'mailgun', operation: 'send mail', cause: new Error('busy') }, 50_000)
  }
  const { deliver } = await open(busy, busy, busy)
  await expect(deliver({ signal: stop.signal })).rejects.toThrow('abort')
})

test('gives up secrets that another app secret sealed', async () => {
  const { deliver, batches } = await open()
  expect(await deliver({ keys: credentialKeys('another one') })).toEqual({ accepted: 0, failed: 5 })
  expect(batches.flat()).toEqual([])
})
