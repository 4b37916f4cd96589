import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../../core/config/load.ts'
import { encryptValue } from '../../../core/secret/encrypted-value.ts'
import { emptyFolders, loadText, noticesOf, problemsOf } from './folder.ts'

const key = '==AES32==PT1BRVMzMj092vIPa7sCd3dlC14TvbKpSQuITPub4s86pvkTnuh486P86ajE5CWENi+WNO8='
const text = '==AES32==PT1BRVMzMj09+swJFof+Q6uZ3wxf5ggLZuAmIoBhrUvSYmiZczsN/E+3MnL59wSsKIOKOyk='
const file = `aws:\n  access_key_id: ${key}\n  secret_access_key: ${text}\n`

test('values in the original format are decrypted, with the advice to write them anew', async () => {
  const { config } = await loadText(file, { secret: 'PASS' })
  expect(config.aws).toMatchObject({ access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'MY_PLAIN_TEXT_STRING' })
  expect(await noticesOf(file, { env: { RAI_SECRET: 'PASS' } })).toEqual([
    'aws.access_key_id, aws.secret_access_key are encrypted in the old format, which nothing protects from changes; write them anew with `rai crypto encrypt`.',
  ])
})

test('a wrong secret names each key, and garbles none', async () => {
  expect(await problemsOf(file, { env: { RAI_SECRET: 'WRONG' } })).toEqual([
    'FILE:2: aws.access_key_id: cannot be decrypted with the secret from RAI_SECRET: the secret is wrong',
    'FILE:3: aws.secret_access_key: cannot be decrypted with the secret from RAI_SECRET: the secret is wrong',
  ])
})

test('no secret at all says where to put it', async () => {
  expect((await problemsOf(file))[0]).toBe(
    'FILE:2: aws.access_key_id: is encrypted, but there is no app secret; put it into RAI_SECRET or ~/.rai_secret (or give it with -s)',
  )
})

test('any value may be encrypted: in lists, maps, numbers, and the environment', async () => {
  const endpoint = await encryptValue('redis.example.edu:6379', 's3cret')
  const workers = await encryptValue('3', 's3cret')
  const env = { RAI_SERVER_NUMBER_OF_WORKERS: workers }
  const yaml = `pubsub:\n  endpoints: ["${endpoint}"]\ndocker:\n  env: {TOKEN: "${endpoint}"}\n`
  const { config } = await loadText(yaml, { secret: 's3cret', env })
  expect(config.pubsub.endpoints).toEqual(['redis.example.edu:6379'])
  expect([config.docker.env, config.server.number_of_workers]).toEqual([{ TOKEN: 'redis.example.edu:6379' }, 3])
})

test('a decrypted value of the wrong form is not repeated', async () => {
  const value = await encryptValue('hunter2hunter2', 's3cret')
  expect(await problemsOf(`docker:\n  time_limit: ${value}\n`, { secret: 's3cret' })).toEqual([
    'FILE:2: docker.time_limit: was decrypted, but what came out is not what belongs here (duration)',
  ])
})

test('the app secret of the installation is the one that was found, or app.secret', async () => {
  const { home, cwd } = await emptyFolders()
  await writeFile(join(home, '.rai_secret'), 'from the file\n', { mode: 0o600 })
  const found = await loadConfig({ env: {}, home, cwd })
  expect(found.config.app.secret).toBe('from the file')
  expect(found.origins.get('app.secret')).toEqual({ name: join(home, '.rai_secret') })
  const own = await loadText(`app: {secret: PASS}\n${file}`)
  expect([own.config.app.secret, own.config.aws.access_key_id]).toEqual(['PASS', 'AKIAIOSFODNN7EXAMPLE'])
})
