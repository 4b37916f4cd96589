import { expect, onTestFinished, test } from 'vitest'
import { ProviderError } from '../../../core/errors.ts'
import { MailBusy } from '../../../core/mail/mail.ts'
import { createMailgunMailer, type MailgunOptions } from '../../../core/mail/mailgun.ts'
import { ada, batchOf, bob } from '../../contracts/mail.ts'
import { type MailgunStandInOptions, startMailgun } from '../../support/mailgun/stand-in.ts'

async function open(changes: Partial<MailgunOptions> = {}, standIn: Partial<MailgunStandInOptions> = {}) {
  const domain = 'mail.x.edu'
  const service = await startMailgun({ domain, apiKey: 'key', validationKey: 'checks', ...standIn })
  onTestFinished(() => service.close())
  const mailer = createMailgunMailer({ url: service.url, domain, from: 'rai@x.edu', apiKey: 'key', ...changes })
  return { service, mailer }
}

async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const thrown = await work.catch((error: unknown) => error)
  if (thrown instanceof ProviderError) return thrown
  throw new Error(`this is no ProviderError: ${String(thrown)}`)
}

test('sends a whole batch in one request, tracks nobody, shows nobody the others, and asks for encryption', async () => {
  const { service, mailer } = await open()
  await mailer.send(batchOf([ada, bob]))
  expect(service.requests).toEqual([{ line: 'POST /v3/mail.x.edu/messages', status: 200 }])
  expect(service.mails[0]?.options).toEqual({
    'o:tag': 'keys',
    'o:tracking': 'no',
    'o:tracking-clicks': 'no',
    'o:tracking-opens': 'no',
    'o:require-tls': 'yes',
  })
  expect(service.mails[0]?.visibleTo).toEqual(['ada@x.edu'])
})

test('in test mode everything is accepted and nothing arrives', async () => {
  const { service, mailer } = await open({ testMode: true })
  await mailer.send(batchOf([ada]))
  expect(service.accepted).toHaveLength(1)
  expect(service.mails).toHaveLength(0)
})

test('a wrong key says which one to check, and is not tried again', async () => {
  const { mailer } = await open({ apiKey: 'wrong' })
  const error = await failureOf(mailer.send(batchOf([ada])))
  expect(error.message).toContain('check email.mailgun_active_api_key')
  expect(error.retryable).toBe(false)
})

test('an unknown domain says which setting to check', async () => {
  const { mailer } = await open({ domain: 'other.x.edu' })
  expect((await failureOf(mailer.send(batchOf([ada])))).message).toContain('check email.domain')
})

test('too many requests are told apart from other failures', async () => {
  const { mailer } = await open({}, { rate: { requests: 1, perMs: 60_000 } })
  await mailer.send(batchOf([ada]))
  expect(await failureOf(mailer.send(batchOf([bob])))).toBeInstanceOf(MailBusy)
})

test.each([500, 503])('a failure of theirs (%i) may pass', async (status) => {
  const { service, mailer } = await open()
  service.failNext(1, status)
  expect((await failureOf(mailer.send(batchOf([ada])))).retryable).toBe(true)
})

test('a connection that breaks may be there again', async () => {
  const { service, mailer } = await open()
  service.failNext(1, 'drop')
  expect((await failureOf(mailer.send(batchOf([ada])))).retryable).toBe(true)
  await service.close()
  expect((await failureOf(mailer.send(batchOf([ada])))).retryable).toBe(true)
})

test('an address that Mailgun does not take fails alone', async () => {
  const { service, mailer } = await open()
  const many = Array.from({ length: 9 }, (_, i) => ({
    ...ada,
    id: `d${i}`,
    address: i === 4 ? 'nobody' : `u${i}@x.edu`,
  }))
  const outcomes = await mailer.send(batchOf(many))
  expect(service.mails).toHaveLength(8)
  expect([...outcomes].filter(([, { status }]) => status === 'refused').map(([id]) => id)).toEqual(['d4'])
})

test('a message that Mailgun does not take is not tried again', async () => {
  const { mailer } = await open({ from: '' })
  expect((await failureOf(mailer.send(batchOf([ada])))).retryable).toBe(false)
})

test('checks addresses with a key of its own', async () => {
  const { mailer } = await open({ validationKey: 'checks' })
  expect(await mailer.check('ada@x.edu')).toBeUndefined()
  expect(await mailer.check('undeliverable@x.edu')).toContain('cannot be delivered to (mailbox_does_not_exist)')
  expect(await mailer.check('trap@x.edu')).toContain('cannot be delivered')
  const { mailer: wrong } = await open({ validationKey: 'no' })
  expect((await failureOf(wrong.check('ada@x.edu'))).retryable).toBe(false)
})

test('tells what came back for good, by the id of the message', async () => {
  const { mailer } = await open()
  const before = Date.now()
  const outcomes = await mailer.send(
    batchOf([
      { ...ada, address: 'bounce@x.edu' },
      { ...bob, address: 'slow@x.edu' },
    ]),
  )
  const sent = outcomes.get('d1')
  expect(await mailer.failuresSince(before)).toEqual([
    { address: 'bounce@x.edu', message: sent?.status === 'accepted' ? sent.message : '', reason: 'No such mailbox' },
  ])
})
