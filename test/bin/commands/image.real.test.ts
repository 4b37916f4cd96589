import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { dockerClient } from '../../../bin/machine/engine-probe.ts'
import { runProgram } from '../../../bin/program.ts'
import { testImage } from '../../support/images.ts'
import { service } from '../../support/service.ts'

let home: string
let made: string[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rai-image-command-'))
  made = []
  const config = { app: { data_dir: join(home, 'data') }, docker: { host: service('docker').host, image: testImage } }
  await writeFile(join(home, 'rai.yml'), stringify(config))
})

afterEach(async () => {
  const docker = dockerClient(service('docker').host)
  for (const image of made) await docker.getImage(image).remove({ force: true })
  await rm(home, { recursive: true })
})

/** What `rai --config … image <words>` printed, and how it ended. */
async function image(...words: string[]) {
  let output = ''
  let exitCode = 0
  const sink = () =>
    new Writable({
      write(chunk, _encoding, done) {
        output += String(chunk)
        done()
      },
    })
  const io = {
    env: {},
    home,
    cwd: home,
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
    setExitCode: (code: number) => {
      exitCode = code
    },
  }
  await runProgram(io, ['--config', join(home, 'rai.yml'), 'image', ...words])
  return { output, exitCode }
}

it('builds an image for everybody from a folder, lists it, and never prunes what staff built', async () => {
  const name = `course-base-${randomBytes(3).toString('hex')}:2`
  await mkdir(join(home, 'base'))
  await writeFile(join(home, 'base/Dockerfile'), `FROM ${testImage}\nCOPY hello /hello\nRUN cat /hello\n`)
  await writeFile(join(home, 'base/hello'), 'hello from the base\n')
  const built = await image('build', 'base', name)
  made.push(name)
  expect(built).toMatchObject({ exitCode: 0 })
  expect(built.output).toContain('hello from the base\n')
  expect((await image('prune', '--to', '0')).output).toBe('Nothing to remove.\n')
  const { output } = await image('ls')
  expect(output).toMatch(new RegExp(`not RAI’s +${name}\n`))
  expect(output).toMatch(new RegExp(`${testImage}  \\(pinned\\)\n`))
  expect((await image('pull', name)).output).toBe(`${name} is here.\n`)
})

it('says in a sentence what cannot be had or understood', async () => {
  expect(await image('pull', '127.0.0.1:1/nothing:1')).toMatchObject({ exitCode: 3 })
  expect(await image('pull', 'NO')).toMatchObject({ exitCode: 2 })
  expect(await image('prune', '--to', 'much')).toEqual({
    output: '--to must be a size such as 5gb, but is "much".\n',
    exitCode: 2,
  })
  const missing = await image('build', 'nowhere', 'a:1')
  expect(missing.exitCode).toBe(2)
})
