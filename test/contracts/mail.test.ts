import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsoleMailer } from '../../core/mail/console.ts'
import { createMailgunMailer } from '../../core/mail/mailgun.ts'
import { startMailgun } from '../support/mailgun/stand-in.ts'
import { describeMailer } from './mail.ts'

describeMailer('Mailgun', async () => {
  const service = await startMailgun({ domain: 'mail.x.edu', apiKey: 'key', validationKey: 'checks' })
  const { url } = service
  return {
    mailer: createMailgunMailer({
      url,
      domain: 'mail.x.edu',
      from: 'RAI <rai@x.edu>',
      apiKey: 'key',
      validationKey: 'checks',
    }),
    arrived: async () =>
      service.mails.map(({ to, subject, text, html }) => ({
        to,
        subject: subject.replaceAll(/[\r\n]+/g, ' '),
        content: `${text}\n${html ?? ''}`.replaceAll('\r\n', '\n'),
      })),
    breakDown: async () => service.failNext(9, 503),
    dispose: () => service.close(),
  }
})

describeMailer('the console', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-outbox-'))
  const outbox = join(folder, 'outbox')
  return {
    mailer: createConsoleMailer({ outbox, from: 'RAI <rai@x.edu>', print: () => undefined }),
    arrived: async () => {
      const names = await readdir(outbox).catch(() => [])
      const files = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      return Promise.all(files.map(async (name) => read(await readFile(join(outbox, name), 'utf8'))))
    },
    breakDown: () => writeFile(outbox, 'in the way'),
    dispose: async () => {
      await chmod(folder, 0o700)
      await rm(folder, { recursive: true })
    },
  }
})

function read(content: string) {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(content)?.[1] ?? ''
  return { to: header('To'), subject: header('Subject'), content }
}
