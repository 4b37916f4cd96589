import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acceptLocalSources } from '../../../bots/terminal/local-source.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-local-'))
  await mkdir(join(folder, 'project'))
  await writeFile(join(folder, 'project.zip'), 'x')
})

afterEach(() => rm(folder, { recursive: true }))

const check = (text: string) =>
  acceptLocalSources({ host: 'h', folder, otherwise: (url) => ({ kind: 'git', url }) })(text, {})

it.each(['project', './project', 'project.zip'])('takes %s on this machine', async (text) => {
  expect(await check(text)).toEqual({ kind: 'local', path: join(folder, text), host: 'h' })
})

it('leaves the rest to the repositories', async () => {
  expect(await check('https://git.example/p')).toEqual({ kind: 'git', url: 'https://git.example/p' })
})

it('says that a path leads nowhere', async () => {
  await expect(check('./nowhere')).rejects.toThrow('There is no folder or archive ./nowhere on this machine.')
})

it('takes nothing that is neither folder nor file', async () => {
  await expect(check('/dev/null')).rejects.toThrow('neither a folder nor an archive')
})
