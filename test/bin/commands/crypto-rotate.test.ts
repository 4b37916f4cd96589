import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { decryptValue, encryptValue } from '../../../core/secret/encrypted-value.ts'
import { runRai } from './io.ts'

const env = { RAI_SECRET: 'the old secret', RAI_NEW_SECRET: 'the new secret' }
let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-rotate-'))
  file = join(folder, 'rai.yml')
})

afterEach(() => rm(folder, { recursive: true }))

const rotate = (words: readonly string[] = [], changes: Record<string, string> = {}) =>
  runRai(['--config', file, 'crypto', 'rotate', ...words], { env: { ...env, ...changes } })

const old = (plain: string) => encryptValue(plain, 'the old secret')

/** What the encrypted values of a text hold. */
async function plainOf(text: string, secret: string): Promise<string[]> {
  const found = [...text.matchAll(/==(?:RAI2|AES32)==[\w+/=-]+/g)].map(([value]) => value)
  return Promise.all(found.map((value) => decryptValue(value, secret)))
}

const around = (text: string) => text.split(/==RAI2==[\w-]+/)

it('encrypts every value anew, and keeps comments, layout, quotes, mode and what it was', async () => {
  const text = [
    '# The course’s configuration\r',
    'app:   { name: rai,   color:  no }',
    '',
    'database:',
    `    password:   "${await old('säcret one')}"   # of the server`,
    `  # password: ==RAI2==a-former-one`,
    `slack: { bot_token: '${await old('xoxb-1')}', app_token: ${await old('xapp-2')} }`,
    'pubsub:',
    '  endpoints:',
    `    - redis://${'h'.repeat(300)}:6379`,
    `aws:`,
    `    secret_access_key: ${await old('three')}`,
  ].join('\n')
  await writeFile(file, text)
  await chmod(file, 0o640)
  const { stdout, stderr, exitCode } = await rotate()
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout).toMatch(/^4 values of .*rai\.yml are encrypted with the new app secret now: lines 5, 7, 7, 12\./)
  expect(stdout).toContain('Comments are left alone, and hold old values: lines 6.')
  const after = await readFile(file, 'utf8')
  expect(around(after)).toEqual(around(text))
  const values = await plainOf(after.replace('==RAI2==a-former-one', ''), 'the new secret')
  expect(values).toEqual(['säcret one', 'xoxb-1', 'xapp-2', 'three'])
  expect((await stat(file)).mode & 0o777).toBe(0o640)
  expect(await readFile(`${file}.before-rotation`, 'utf8')).toBe(text)
  expect((await readdir(folder)).sort()).toEqual(['rai.yml', 'rai.yml.before-rotation'])
})

it('brings values of the original’s format into the new one', async () => {
  const value = '==AES32==PT1BRVMzMj09+swJFof+Q6uZ3wxf5ggLZuAmIoBhrUvSYmiZczsN/E+3MnL59wSsKIOKOyk='
  await writeFile(file, `email:\n  domain: >-\n    ${value}\n  source: x\n`)
  expect((await rotate([], { RAI_SECRET: 'PASS' })).exitCode).toBe(0)
  const after = await readFile(file, 'utf8')
  expect(after).toMatch(/^email:\n {2}domain: ==RAI2==\S+\n {2}source: x\n$/)
  expect(await plainOf(after, 'the new secret')).toEqual(['MY_PLAIN_TEXT_STRING'])
})

it('changes nothing where values of both secrets, or of another, are mixed, and names their lines', async () => {
  const text = `aws:\n  access_key_id: ${await old('a')}\n  secret_access_key: ${await encryptValue('b', 'the new secret')}\ndatabase:\n  password: ${await encryptValue('c', 'a third secret')}\n`
  await writeFile(file, text)
  const { stderr, exitCode } = await rotate()
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/Nothing was changed\.\n.*rai\.yml:3: this value is encrypted with the new secret already/)
  expect(stderr).toMatch(/rai\.yml:5: this value cannot be decrypted with the old secret/)
  expect(await readFile(file, 'utf8')).toBe(text)
  expect(await readdir(folder)).toEqual(['rai.yml'])
})

it('writes nothing on a dry run, and keeps every earlier file on the next rotation', async () => {
  const text = `aws: { access_key_id: ${await old('a')} }\n`
  await writeFile(file, text)
  expect((await rotate(['--dry-run'])).stdout).toMatch(/^1 value of .* would be encrypted anew: lines 1\./)
  expect(await readFile(file, 'utf8')).toBe(text)
  await rotate()
  await rotate([], { RAI_SECRET: 'the new secret', RAI_NEW_SECRET: 'the newest one' })
  expect(await plainOf(await readFile(file, 'utf8'), 'the newest one')).toEqual(['a'])
  expect((await readdir(folder)).sort()).toEqual(['rai.yml', 'rai.yml.before-rotation', 'rai.yml.before-rotation-2'])
})

it('follows a link to the file, and tells variables that hold old values', async () => {
  await writeFile(file, `aws: { access_key_id: ${await old('a')} }\n`)
  const link = join(folder, 'link.yml')
  await symlink(file, link)
  const { stdout } = await runRai(['--config', link, 'crypto', 'rotate'], {
    env: { ...env, RAI_DATABASE_PASSWORD: await old('b') },
  })
  expect(stdout).toContain('These variables still hold values of the old secret: RAI_DATABASE_PASSWORD.')
  expect(await plainOf(await readFile(file, 'utf8'), 'the new secret')).toEqual(['a'])
})

it.each([
  [{ RAI_NEW_SECRET: '' }, 'The new app secret is missing'],
  [{ RAI_NEW_SECRET: 'short' }, 'The new app secret is too short'],
  [{ RAI_NEW_SECRET: 'the old secret' }, 'The new app secret is the old one.'],
  [{ RAI_SECRET: '' }, 'The old app secret is missing'],
])('ends with a sentence for %j', async (changes, sentence) => {
  await writeFile(file, 'aws: {}\n')
  const { stderr, exitCode } = await rotate([], changes)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(sentence)
})
