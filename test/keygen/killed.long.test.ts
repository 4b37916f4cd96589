import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { createVerifier } from '../../core/directory/credentials.ts'
import { createRecords } from '../../core/records/records.ts'
import { openSqlite } from '../../core/records/sqlite.ts'
import { startMailgun } from '../support/mailgun/stand-in.ts'
import { until } from '../support/until.ts'

const secret = 'a secret of the course'
const people = 120
/** Longer than the lease of what a killed process was just mailing: 3 minutes. */
const patienceMs = 300_000

test('an enrolment that is killed again and again goes on where it stopped, and nobody gets two pairs of keys', {
  timeout: 1_200_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-killed-'))
  const service = await startMailgun({ domain: 'mail.x.edu', apiKey: 'key-of-mailgun', latencyMs: 400 })
  const path = join(folder, 'rai.db')
  const roster = join(folder, 'roster.csv')
  const records = createRecords(await openSqlite({ path, host: hostname() }))
  onTestFinished(async () => {
    await records.close()
    await service.close()
    await rm(folder, { recursive: true, force: true })
  })
  await writeFile(roster, `username,email\n${Array.from({ length: people }, (_, i) => `u${i},u${i}@x.edu\n`).join('')}`)
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, RAI_SECRET: secret, RAI_DATABASE_PATH: path },
    ...{ RAI_EMAIL_PROVIDER: 'mailgun', RAI_EMAIL_ENDPOINT: service.url, RAI_EMAIL_DOMAIN: 'mail.x.edu' },
    ...{ RAI_EMAIL_SOURCE: 'rai@x.edu', RAI_EMAIL_MAILGUN_ACTIVE_API_KEY: 'key-of-mailgun' },
  }
  const program = ['--import', 'tsx', resolve('bin/rai-keygen.ts')]
  const enrol = () => {
    const child = spawn(process.execPath, [...program, 'enroll', roster, '--yes'], {
      env: { ...env, NODE_OPTIONS: '' },
      cwd: resolve('.'),
      stdio: 'ignore',
    })
    return { child, exited: once(child, 'exit') }
  }
  const status = () => records.enrolment.status('rai')
  const issued = async () => (await status()).length
  const delivered = async () => (await status()).filter(({ delivery }) => delivery === 'accepted').length

  const points = [
    async () => (await issued()) > 0,
    async () => (await issued()) >= 50,
    async () => (await issued()) === people,
    async () => service.requests.length > 0,
    async () => service.mails.length > 0,
  ]
  for (const point of points) {
    const { child, exited } = enrol()
    await until(async () => ((await point()) || child.exitCode !== null ? true : undefined), patienceMs)
    child.kill('SIGKILL')
    await exited
  }
  // What a process that died was sending is sent again once its lease is over.
  const { exited } = enrol()
  const [code] = await exited
  expect(code).toBe(0)
  expect([await issued(), await delivered()]).toEqual([people, people])

  const { guesses } = records.enrolment
  const verify = createVerifier({ guesses, people: records.people, keys: credentialKeys(secret) })
  const secretsOf = new Map<string, Set<string>>()
  for (const { to, text } of service.mails) {
    const known = secretsOf.get(to) ?? new Set()
    secretsOf.set(to, known.add(/rais_[\w-]{43}/.exec(text)?.[0] ?? ''))
  }
  expect(secretsOf.size).toBe(people)
  for (const { username, email, accessKey } of await status()) {
    const account = await records.people.byUsername(username)
    expect(await records.enrolment.credentials.ofAccount(account?.id ?? '')).toHaveLength(1)
    const secrets = [...(secretsOf.get(email ?? '') ?? [])]
    expect(secrets).toHaveLength(1)
    expect((await verify(accessKey ?? '', secrets[0] ?? '', username)).account.username).toBe(username)
  }
})
