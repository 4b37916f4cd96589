import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProviderError } from '../../core/errors.ts'
import type { MailBatch, Mailer, MailRecipient } from '../../core/mail/mail.ts'
import { parseTemplate } from '../../core/mail/template.ts'

/** One mail, as whoever it is for finds it. */
interface FoundMail {
  readonly to: string
  readonly subject: string
  /** Everything that is in it. */
  readonly content: string
}

export interface MailFixture {
  readonly mailer: Mailer
  arrived(): Promise<readonly FoundMail[]>
  /** From now on, nothing can be sent. */
  breakDown(): Promise<void>
  dispose(): Promise<void>
}

const known = (field: string) => field.replace(/^\./, '')

export function batchOf(recipients: readonly MailRecipient[], changes: Partial<MailBatch['template']> = {}): MailBatch {
  const template = {
    subject: parseTemplate('Keys of {{ name }}', 'subject', known),
    text: parseTemplate('Hello {{ name }},\n{{ .key }}\n', 'text', known),
    html: parseTemplate('<p>Hello {{ name }}: <b>{{ key }}</b></p>', 'html', known),
    ...changes,
  }
  return { template, recipients, tag: 'keys' }
}

export const ada = { id: 'd1', address: 'ada@x.edu', fields: { name: 'Ada', key: 'secret-of-ada' } }
export const bob = { id: 'd2', address: 'bob@x.edu', fields: { name: 'B & <b>ob</b> "B"', key: 'secret-of-bob' } }

/** What every mailer does. */
export function describeMailer(name: string, create: () => Promise<MailFixture>): void {
  describe(`mail through ${name}`, () => {
    let fixture: MailFixture

    beforeEach(async () => {
      fixture = await create()
    })

    afterEach(() => fixture.dispose())

    test('reaches each recipient with their own values, and nobody else’s', async () => {
      const outcomes = await fixture.mailer.send(batchOf([ada, bob]))
      expect([...outcomes].map(([id, { status }]) => [id, status])).toEqual([
        ['d1', 'accepted'],
        ['d2', 'accepted'],
      ])
      const mails = await fixture.arrived()
      expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
        ['ada@x.edu', 'Keys of Ada'],
        ['bob@x.edu', 'Keys of B & <b>ob</b> "B"'],
      ])
      expect(mails[0]?.content).toContain('Hello Ada,\nsecret-of-ada\n')
      expect(mails[0]?.content).not.toMatch(/bob/)
      expect(mails[1]?.content).not.toMatch(/ada/)
    })

    test('escapes values in HTML, and only there', async () => {
      await fixture.mailer.send(batchOf([bob]))
      const [mail] = await fixture.arrived()
      expect(mail?.content).toContain('Hello B & <b>ob</b> "B",')
      expect(mail?.content).toContain('<p>Hello B &#38; &#60;b&#62;ob&#60;/b&#62; &#34;B&#34;: <b>')
    })

    test('does without HTML', async () => {
      const { html: _html, ...template } = batchOf([]).template
      await fixture.mailer.send({ template, recipients: [ada], tag: 'keys' })
      expect((await fixture.arrived())[0]?.content).not.toContain('<p>')
    })

    test('no value ends a header line, or is taken for a place', async () => {
      const evil = { name: 'x\r\nBcc: eve@x.edu', key: '%recipient.name% {{ name }} %recipient% $& $1' }
      await fixture.mailer.send(batchOf([{ ...ada, fields: evil }]))
      const [mail] = await fixture.arrived()
      expect(mail?.subject).toBe('Keys of x Bcc: eve@x.edu')
      expect(mail?.content.replaceAll('% recipient', '%recipient')).toContain(evil.key)
    })

    test('a mail without recipients is no mail', async () => {
      expect((await fixture.mailer.send(batchOf([]))).size).toBe(0)
      expect(await fixture.arrived()).toEqual([])
    })

    test('the largest batch arrives whole', async () => {
      const many = Array.from({ length: fixture.mailer.batchLimit }, (_, i) => ({
        id: `m${i}`,
        address: `u${i}@x.edu`,
        fields: { name: `U${i}`, key: `k${i}` },
      }))
      const outcomes = await fixture.mailer.send(batchOf(many))
      expect(outcomes.size).toBe(many.length)
      expect(await fixture.arrived()).toHaveLength(many.length)
    })

    test('rejects with a ProviderError without any secret when nothing can be sent', async () => {
      await fixture.breakDown()
      const error = await fixture.mailer.send(batchOf([ada])).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ProviderError)
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-of-ada')
    })

    test('no check of a plain address fails', async () => {
      expect(await fixture.mailer.check('ada@x.edu')).toBeUndefined()
      expect(await fixture.mailer.failuresSince(Date.now() - 1000)).toEqual([])
    })
  })
}
