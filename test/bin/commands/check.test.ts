import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { runRai } from './io.ts'

let home: string

const courseFile = {
  name: 'ece408',
  image: 'rai/course:local',
  assignments: {
    m1: { opens: '2100-01-01 09:00' },
    final: {
      due: '2100-12-11 23:59',
      build_file: 'final_build.yml',
      enforce_build_file: true,
      required_files: ['report.pdf'],
      image: 'rai/course:final',
      limits: { time: '90s' },
    },
    open: { limits: { time: '90s', gpus: 0 } },
  },
}

const write = (name: string, value: unknown) => writeFile(join(home, name), stringify(value))
const ownBuildFile = (time: string) => ({
  rai: { version: 0.2, image: 'rai/course:local' },
  resources: { limits: { time } },
  commands: { build: ['make mine'] },
})

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rai-check-test-'))
  await mkdir(join(home, 'project'))
  await write('rai.yml', { app: { data_dir: join(home, 'data') }, courses: { files: [join(home, 'ece408.yml')] } })
  await write('ece408.yml', courseFile)
  await write('final_build.yml', { rai: { version: 0.2 }, commands: { build: ['make grade'] } })
  await write('project/rai_build.yml', ownBuildFile('60s'))
})

afterEach(() => rm(home, { recursive: true, force: true }))

const check = (...words: string[]) =>
  runRai(['--config', join(home, 'rai.yml'), 'check', join(home, 'project'), ...words], { home })

it('judges by the course’s build file where the assignment enforces it, and says what would not count', async () => {
  const { stdout, exitCode } = await check('--assignment', 'final')
  expect(stdout).toMatch(/by {7}the course's final_build.yml\nimage {4}rai\/course:final\ncommand {2}make grade\n/)
  expect(stdout).toMatch('due      2100-12-11 23:59 UTC\nIt would run, and not count. It has no report.pdf')
  expect(exitCode).toBe(0)
  await writeFile(join(home, 'project', 'report.pdf'), '%PDF')
  expect((await check('--assignment', 'Final')).stdout).toMatch('It would be accepted.')
})

it('judges by the assignment’s limits, not by those of the configuration', async () => {
  await write('project/rai_build.yml', ownBuildFile('5m'))
  expect((await check()).stderr).toBe('')
  expect((await check('--assignment', 'open')).stderr).toMatch('The limit is 90 seconds.')
})

it.each([
  [['--assignment', 'm1'], 'm1 opens on 2100-01-01 09:00'],
  [['--assignment', 'fnal'], 'Did you mean `final`?'],
  [['--course', 'ece409'], 'ece408'],
])('refuses %j', async (words, sentence) => {
  await expect(check(...words)).rejects.toThrow(sentence)
})
