import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startMailgun } from '../support/mailgun/stand-in.ts'
import { type Home, newHome } from './run.ts'

/** Every file below a folder. */
async function filesIn(folder: string): Promise<{ path: string; content: Buffer }[]> {
  const names = await readdir(folder, { recursive: true })
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return (await stat(path)).isFile() ? [{ path, content: await readFile(path) }] : []
    }),
  )
  return files.flat()
}

/** As it is, and in the disguises in which a secret gets around. */
function formsOf(secret: string): string[] {
  const bare = secret.replace('rais_', '')
  const bytes = Buffer.from(bare, 'base64url')
  const wide = Buffer.from(secret)
  return [bare, bytes.toString('base64'), bytes.toString('hex'), wide.toString('base64'), wide.toString('hex')]
}

function holds(content: Buffer | string, secret: string): boolean {
  return (
    formsOf(secret).some((form) => content.includes(form)) ||
    Buffer.from(content).includes(Buffer.from(secret.slice(5), 'base64url'))
  )
}

/** Everything a course does with keys, and all that was printed meanwhile. */
async function wholeEnrolment(home: Home): Promise<string> {
  const people = Array.from({ length: 12 }, (_, i) => `u${i},u${i}@x.edu,Person ${i}\n`)
  const stdin = `username,email,firstname\n${people.join('')}`
  const runs = [
    await home.run(['enroll', '-', '--preview'], { stdin }),
    await home.run(['enroll', '-', '--yes'], { stdin }),
    await home.run(['enroll', '-', '--yes'], { stdin }),
    await home.run(['rotate', 'u1', '--deliver', 'mail']),
    await home.run(['resend', 'u2']),
    await home.run(['revoke', 'u3']),
    await home.run(['getkey', 'u4']),
    await home.run(['status', '--csv']),
    await home.run(['show', 'u5']),
    await home.run(['delete', 'u6', '--yes']),
    await home.run(['enroll', '-', '--yes'], { stdin: stdin.replace(/u7.*\n/, '') }),
  ]
  return runs.map(({ stdout, stderr }) => stdout + stderr).join('\n')
}

test('the outbox has each secret in one mail, and nothing else has any', async () => {
  const home = await newHome()
  const printed = await wholeEnrolment(home)
  const files = await filesIn(home.folder)
  const mails = files.filter(({ path }) => path.includes('/outbox/'))
  const secrets = mails.map(({ content }) => /rais_[\w-]{43}/.exec(content.toString())?.[0] ?? '')
  expect(new Set(secrets).size).toBe(15)
  for (const secret of secrets) {
    expect(holds(printed, secret)).toBe(false)
    expect(files.filter(({ content }) => holds(content, secret)).map(({ path }) => path)).toHaveLength(1)
  }
  for (const { path } of mails) expect((await stat(path)).mode & 0o077).toBe(0)
})

test('with Mailgun, no file of this host and no line has any secret, also where sending fails', async () => {
  const service = await startMailgun({ domain: 'mail.x.edu', apiKey: 'key-of-mailgun' })
  onTestFinished(() => service.close())
  const home = await newHome({
    RAI_EMAIL_PROVIDER: 'mailgun',
    RAI_EMAIL_ENDPOINT: service.url,
    RAI_EMAIL_DOMAIN: 'mail.x.edu',
    RAI_EMAIL_SOURCE: 'rai@x.edu',
    RAI_EMAIL_MAILGUN_ACTIVE_API_KEY: 'key-of-mailgun',
  })
  service.failNext(1, 400)
  const failing = await home.run(['enroll', '-'], { stdin: 'username,email\nu0,u0@x.edu\n' })
  expect(failing.stderr).toContain('mailgun could not send mail')
  const printed = failing.stdout + failing.stderr + (await wholeEnrolment(home))
  const secrets = service.mails.map(({ text }) => /rais_[\w-]{43}/.exec(text)?.[0] ?? '')
  expect(new Set(secrets).size).toBe(15)
  const files = await filesIn(home.folder)
  const urls = service.requests.map(({ line }) => line).join('\n')
  for (const secret of [...secrets, 'rais_a2V5LW9mLW1haWxndW4']) {
    expect(holds(printed + urls, secret)).toBe(false)
    expect(files.filter(({ content }) => holds(content, secret))).toEqual([])
  }
  for (const { subject, options } of service.mails) expect(JSON.stringify({ subject, options })).not.toMatch(/rais_/)
})
