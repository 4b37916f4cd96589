import { scryptSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { credentialKeys } from '../../../core/directory/credential-keys.ts'
import { createOriginalVerifier, createVerifier, type VerifyCredentials } from '../../../core/directory/credentials.ts'
import { isOriginalPair } from '../../../core/directory/original-keys.ts'
import { createRecords, type Records } from '../../../core/records/records.ts'
import { openSqlite } from '../../../core/records/sqlite.ts'

const appSecret = 'the app secret of 2017'
let folder: string
let records: Records
let verify: VerifyCredentials

/** As passlib wrote it; a smaller cost, which its readers take as well. */
function passlib(password: string, salt: string, N = 1024): string {
  const hash = scryptSync(password, salt, 32, { N, r: 8, p: 1 })
  return `$s2$${N}$8$1$${Buffer.from(salt).toString('base64')}$${hash.toString('base64')}`
}

function pairOf(username: string, secret = appSecret) {
  const accessKey = passlib(`${secret}:::${username}`, 'salt of access')
  return { username, accessKey, secretKey: passlib(`${secret}:::${accessKey}`, 'salt of secret') }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-original-'))
  records = createRecords(await openSqlite({ path: join(folder, 'rai.db'), host: 'here' }))
  const shared = { guesses: records.enrolment.guesses, people: records.people }
  const otherwise = createVerifier({ ...shared, keys: credentialKeys('x') })
  verify = createOriginalVerifier({ ...shared, appSecret, otherwise })
})

afterEach(async () => {
  await records.close()
  await rm(folder, { recursive: true })
})

it('signs an enrolled person in with their old keys', async () => {
  const { id } = await records.people.ensure({ username: 'ada' })
  const { accessKey, secretKey } = pairOf('ada')
  expect(await verify(`ada:${accessKey}`, secretKey, 'slack:T:U')).toMatchObject({ account: { id } })
  expect(await verify(` Ada:${accessKey} `, `${secretKey}\n`, 'slack:T:U')).toMatchObject({ account: { id } })
})

it('takes no pair of another person, of another secret, or of nobody here', async () => {
  await records.people.ensure({ username: 'ada' })
  const ada = pairOf('ada')
  const forged = pairOf('ada', 'another secret')
  const eve = pairOf('eve')
  const tries = [
    [`bob:${ada.accessKey}`, ada.secretKey],
    [`ada:${ada.accessKey}`, eve.secretKey],
    [`ada:${ada.accessKey}`, ada.accessKey],
    [`ada:${forged.accessKey}`, forged.secretKey],
    [`eve:${eve.accessKey}`, eve.secretKey],
  ] as const
  for (const [index, [accessKey, secretKey]] of tries.entries()) {
    await expect(verify(accessKey, secretKey, `slack:T:U${index}`)).rejects.toMatchObject({ code: 'wrong-credentials' })
  }
})

it('says what is missing where only the access key was given', async () => {
  const { accessKey, secretKey } = pairOf('ada')
  await expect(verify(accessKey, secretKey, 's')).rejects.toMatchObject({ code: 'original-needs-username' })
})

it('slows guesses down', async () => {
  await records.people.ensure({ username: 'ada' })
  const { accessKey } = pairOf('ada')
  for (let n = 0; n < 6; n += 1) await verify(`ada:${accessKey}`, 'wrong', 'slack:T:U').catch(() => undefined)
  await expect(verify(`ada:${accessKey}`, 'wrong', 'slack:T:U')).rejects.toMatchObject({ code: 'too-many-guesses' })
})

it('computes nothing that would be dear', async () => {
  const dear = '$s2$1073741824$8$1$c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  for (const key of [
    dear,
    dear.replace('1073741824', '3'),
    dear.replace('$8$', '$999999$'),
    '$s2$x',
    '$s2$1$1$1$1$1$1',
  ]) {
    expect(await isOriginalPair({ username: 'a', accessKey: key, secretKey: key }, appSecret)).toBe(false)
  }
})

it('leaves all other keys to the records', async () => {
  await expect(verify('raia_x', 'rais_x', 's')).rejects.toMatchObject({ code: 'wrong-credentials' })
})
