import { expect, onTestFinished, test } from 'vitest'
import { type MailgunStandInOptions, startMailgun } from '../support/mailgun/stand-in.ts'
import { newHome } from './run.ts'

async function open(options: Partial<MailgunStandInOptions> = {}) {
  const service = await startMailgun({ domain: 'mail.x.edu', apiKey: 'key-of-mailgun', ...options })
  onTestFinished(() => service.close())
  const home = await newHome({
    RAI_EMAIL_PROVIDER: 'mailgun',
    RAI_EMAIL_ENDPOINT: service.url,
    RAI_EMAIL_DOMAIN: 'mail.x.edu',
    RAI_EMAIL_SOURCE: 'rai@x.edu',
    RAI_EMAIL_MAILGUN_ACTIVE_API_KEY: 'key-of-mailgun',
    ...(options.validationKey === undefined ? {} : { RAI_EMAIL_MAILGUN_EMAIL_VALIDATION_KEY: options.validationKey }),
  })
  const enroll = (people: readonly string[], ...words: string[]) =>
    home.run(['enroll', '-', ...words], {
      stdin: `username,email\n${people.map((name) => `${name},${name}@x.edu\n`).join('')}`,
    })
  return { service, home, enroll }
}

test('a thousand students get their keys in under two minutes from a service that limits rates', async () => {
  const { service, enroll } = await open({
    rate: { requests: 2, perMs: 3000 },
    validationKey: 'checks',
    validationRate: { requests: 600, perMs: 1000 },
    latencyMs: 20,
  })
  const started = performance.now()
  const { stdout } = await enroll(Array.from({ length: 1000 }, (_, i) => `u${i}`))
  const seconds = (performance.now() - started) / 1000
  process.stderr.write(`1,000 students took ${seconds.toFixed(1)} s\n`)
  expect(stdout).toContain('Mailed: 1000. Could not be mailed: 0.')
  expect(new Set(service.mails.map(({ to }) => to)).size).toBe(1000)
  expect(new Set(service.mails.map(({ text }) => /rais_[\w-]+/.exec(text)?.[0])).size).toBe(1000)
  expect(seconds).toBeLessThan(120)
}, 180_000)

test('what could not be sent waits, and the next run sends it with the keys that were issued', async () => {
  const { service, enroll, home } = await open()
  service.failNext(1, 401)
  const failed = await enroll(['ada', 'bob'])
  expect(failed.stderr).toContain('check email.mailgun_active_api_key')
  expect((await home.run(['status'])).stdout).toContain('0 delivered, 2 waiting')
  const { stdout } = await enroll(['ada', 'bob'])
  expect(stdout).toContain('Keys issued: 0. Lost access: 0.\nMailed: 2.')
  expect(service.mails).toHaveLength(2)
})

test('a mail whose receipt was lost goes out again with the same keys', async () => {
  const { service, enroll } = await open()
  service.failNext(1, 'drop')
  expect((await enroll(['ada'])).stdout).toContain('Mailed: 1.')
  expect(service.mails.map(({ to }) => to)).toEqual(['ada@x.edu', 'ada@x.edu'])
  expect(service.mails[0]?.text).toBe(service.mails[1]?.text)
})

test('bounces and bad addresses are told by name, and new keys go to them', async () => {
  const { service, enroll, home } = await open({ validationKey: 'checks' })
  await enroll(['ada', 'bounce', 'undeliverable'])
  const { stdout } = await home.run(['status'])
  expect(stdout).toContain('3 in rai: 1 delivered, 0 waiting, 1 failed, 1 bounced\n')
  expect(stdout).toContain('bounced  bounce <bounce@x.edu>: No such mailbox\n')
  expect(stdout).toContain('failed  undeliverable <undeliverable@x.edu>: Mailgun says that it cannot be delivered')
  const before = service.accepted.length
  await home.run(['resend', '--failed'])
  expect(service.accepted.slice(before).map(({ to }) => to)).toEqual(['bounce@x.edu'])
})

test('in test mode nothing arrives', async () => {
  const { service, enroll } = await open()
  expect((await enroll(['ada'], '--test-mode')).stdout).toContain('Mailed: 1.')
  expect(service.mails).toHaveLength(0)
})
