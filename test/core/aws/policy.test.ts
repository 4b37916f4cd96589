import { readdir, readFile } from 'node:fs/promises'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'
import { awsPlacesOf } from '../../../bin/compose/choose.ts'
import { actionsOfCalls, awsParts } from '../../../core/aws/access.ts'
import { policyOf } from '../../../core/aws/policy.ts'
import { loadConfig } from '../../../core/config/load.ts'
import { createArtefacts } from '../../../core/submission/artefacts.ts'
import { awsFiles } from '../../../scripts/aws-files.ts'

const root = new URL('../../../', import.meta.url)
const folders = { sources: 'userdata', results: 'userdata' }
const places = { bucket: 'rai-course', ...folders, queues: ['rai_*'] }

/** Whether a policy allows an action on a key of the bucket. No wildcards but `*` are in use. */
function allows(part: (typeof awsParts)[number], action: string, key: string): boolean {
  const hits = policyOf(part, places).Statement.filter(
    ({ Action, Resource }) =>
      Action.some((one) => one === action || one === '*') &&
      Resource.some((one) =>
        picomatch.isMatch(`arn:aws:s3:::rai-course/${key}`, one.replaceAll('*', '**'), { bash: true }),
      ),
  )
  return hits.some(({ Effect }) => Effect === 'Allow') && hits.every(({ Effect }) => Effect === 'Allow')
}

const id = '0123456789abcdef01234567'
const artefacts = createArtefacts({ source: 'userdata', results: 'userdata' })
const source = artefacts.source(id)
const gradingFiles = artefacts.grading('c'.repeat(64))
const results = [artefacts.build(id, 1), artefacts.log(id, 1), artefacts.report(id, 1), artefacts.gradingLog(id, 1)]

describe('the table', () => {
  it('knows every command that our adapters send', async () => {
    const sent = new Set<string>()
    for (const folder of ['core/store', 'core/queue', 'core/aws']) {
      for (const file of await readdir(new URL(folder, root))) {
        const text = await readFile(new URL(`${folder}/${file}`, root), 'utf8')
        for (const [, name = ''] of text.matchAll(/new (\w+?)(?:Command)?\(\s*\{?/g)) {
          if (new RegExp(`\\b${name}Command\\b`).test(text) || (name === 'Upload' && text.includes('lib-storage')))
            sent.add(name)
        }
      }
    }
    expect([...sent].sort()).toEqual(Object.keys(actionsOfCalls).sort())
  })
})

describe('policies', () => {
  it.each(['bot', 'stager'] as const)('let %s write sources, and no results', (part) => {
    expect(allows(part, 's3:PutObject', source)).toBe(true)
    for (const key of results) expect(allows(part, 's3:PutObject', key)).toBe(false)
    for (const action of ['s3:PutObject', 's3:GetObject']) expect(allows(part, action, gradingFiles)).toBe(true)
  })

  it('let a worker write results, and read sources without writing them', () => {
    for (const key of results) expect(allows('worker', 's3:PutObject', key)).toBe(true)
    expect(allows('worker', 's3:GetObject', source)).toBe(true)
    expect(allows('worker', 's3:PutObject', source)).toBe(false)
    expect(allows('worker', 's3:GetObject', gradingFiles)).toBe(true)
    expect(allows('worker', 's3:PutObject', gradingFiles)).toBe(false)
    for (const key of results) expect(allows('worker', 's3:GetObject', key)).toBe(false)
  })

  it('let whoever removes what is over or forgotten delete that, and nobody the files that grade', () => {
    for (const key of [source, ...results]) {
      for (const part of ['bot', 'sweeper', 'everything'] as const) {
        expect(allows(part, 's3:DeleteObject', key)).toBe(true)
      }
      for (const part of ['worker', 'stager'] as const) expect(allows(part, 's3:DeleteObject', key)).toBe(false)
    }
    for (const part of awsParts) expect(allows(part, 's3:DeleteObject', gradingFiles)).toBe(false)
  })

  it.each(awsParts)('let %s reach nothing outside of its folders', (part) => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
      for (const key of ['grades.csv', 'backup/rai.db', 'userdata.tar.gz'])
        expect(allows(part, action, key)).toBe(false)
    }
  })

  it('give keygen nothing, which calls nothing', () => {
    expect(policyOf('keygen', places).Statement).toEqual([{ Effect: 'Deny', Action: ['*'], Resource: ['*'] }])
  })

  it('are as short as a session’s has to be, also for many queues and long names', async () => {
    const env = {
      RAI_STORE_BUCKET: 'b'.repeat(63),
      RAI_APP_NAME: 'a'.repeat(40),
      RAI_SERVER_QUEUES: 'gpu_one,gpu_two',
      RAI_CLIENT_BUILD_DESTINATION_DIRECTORY: 'results/of/this-very-course',
    }
    const { config } = await loadConfig({ env, home: '/nowhere', cwd: '/nowhere' })
    for (const part of awsParts) {
      for (const service of ['s3', 'sqs'] as const) {
        expect(JSON.stringify(policyOf(part, awsPlacesOf(config), [service])).length).toBeLessThanOrEqual(2_048)
      }
    }
    expect(awsPlacesOf(config).queues).toEqual([
      `${'a'.repeat(40)}_*`,
      'gpu_one',
      'gpu_one_dead',
      'gpu_two',
      'gpu_two_dead',
    ])
  })

  it('stand in deploy/aws as the code has them: else run `npm run docs:aws`', async () => {
    for (const [name, text] of awsFiles()) {
      expect(await readFile(new URL(`deploy/aws/${name}`, root), 'utf8'), name).toBe(text)
    }
  })
})
