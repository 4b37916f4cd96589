import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findSecret } from '../../../core/secret/find-secret.ts'
import { ownSecret } from '../../../core/secret/own-secret.ts'

async function emptyHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'rai-secret-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}

test('-s comes before RAI_SECRET, which comes before ~/.rai_secret', async () => {
  const home = await emptyHome()
  const file = join(home, '.rai_secret')
  expect(await findSecret({ env: {}, home })).toBeUndefined()
  await writeFile(file, 'from file\n', { mode: 0o600 })
  expect(await findSecret({ env: { RAI_SECRET: '' }, home })).toEqual({ secret: 'from file', from: file })
  const env = { RAI_SECRET: 'from env' }
  expect(await findSecret({ env, home })).toEqual({ secret: 'from env', from: 'RAI_SECRET' })
  expect(await findSecret({ flag: 'from flag', env, home })).toEqual({ secret: 'from flag', from: '-s' })
})

test('a secret file that others may read is told', async () => {
  const home = await emptyHome()
  const file = join(home, '.rai_secret')
  await writeFile(file, 'secret')
  await chmod(file, 0o644)
  expect((await findSecret({ env: {}, home }))?.notice).toBe(
    `${file} can be read by other users; \`chmod 600 ${file}\` ends that.`,
  )
})

test('an empty secret file is no secret, a folder in its place is an error', async () => {
  const home = await emptyHome()
  await writeFile(join(home, '.rai_secret'), '\n')
  expect(await findSecret({ env: {}, home })).toBeUndefined()
  await rm(join(home, '.rai_secret'))
  await mkdir(join(home, '.rai_secret'))
  await expect(findSecret({ env: {}, home })).rejects.toThrow('EISDIR')
})

test('an installation without a secret makes its own, once, even when ten ask at a time', async () => {
  const folder = join(await emptyHome(), 'data')
  const secrets = await Promise.all(Array.from({ length: 10 }, () => ownSecret(folder)))
  expect(new Set([...secrets, await ownSecret(folder)]).size).toBe(1)
  expect(await readFile(join(folder, 'secret'), 'utf8')).toBe(secrets[0])
  expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secret'])
})
