import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-aws-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** Runs the script with a CLI that notes its words and knows nothing that it was not told to make. */
async function create(known: 'nothing' | 'everything', steps = 'bucket queues roles') {
  const log = join(folder, 'log')
  const cli = join(folder, 'aws')
  const absent = known === 'nothing' ? 'head-bucket|get-queue-url|get-user|get-role' : 'none'
  const words = `for word in "$@"; do printf '%s\\0' "$word"; done >> ${log}; printf '\\n' >> ${log}`
  await writeFile(cli, `#!/bin/sh\n${words}\ncase "$2" in ${absent}) exit 254;; esac\necho http://queue\n`, {
    mode: 0o755,
  })
  await writeFile(log, '')
  const names = ['rai-course', '123456789012', 'eu-west-1', 'rai', 'rai_amd64', 'rai_arm64']
  const { stdout } = await execa('sh', ['deploy/aws/create.sh', ...names], { env: { AWS: cli, RAI_AWS_STEPS: steps } })
  const calls = (await readFile(log, 'utf8')).split('\0\n').filter(Boolean)
  return { stdout, calls: calls.map((line) => line.split('\0')) }
}

const optionOf = (words: readonly string[], option: string) => words[words.indexOf(option) + 1] ?? ''

it('makes a private, encrypted bucket whose expiring objects go', async () => {
  const { calls } = await create('nothing', 'bucket')
  expect(calls.map(([, action]) => action)).toEqual([
    'head-bucket',
    'create-bucket',
    'put-public-access-block',
    'put-bucket-encryption',
    'put-bucket-lifecycle-configuration',
  ])
  expect(calls[1]).toContain('LocationConstraint=eu-west-1')
  const { Rules } = JSON.parse(optionOf(calls[4] ?? [], '--lifecycle-configuration'))
  expect(Rules[0].Filter.Tag).toEqual({ Key: 'rai-lifetime', Value: 'expiring' })
})

it('makes each queue after its dead-letter queue, and lets it lead there', async () => {
  const { calls } = await create('nothing', 'queues')
  const made = calls.filter(([, action]) => action === 'create-queue')
  expect(made.map((words) => optionOf(words, '--queue-name'))).toEqual([
    'rai_amd64_dead',
    'rai_amd64',
    'rai_arm64_dead',
    'rai_arm64',
  ])
  const attributes = JSON.parse(optionOf(made[1] ?? [], '--attributes'))
  expect(JSON.parse(attributes.RedrivePolicy)).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:rai_amd64_dead',
    maxReceiveCount: '10',
  })
})

it('makes a role for each part, with its policy, that only that part’s user takes on', async () => {
  const { calls } = await create('nothing', 'roles')
  const roles = calls.filter(([, action]) => action === 'create-role')
  expect(roles.map((words) => optionOf(words, '--role-name'))).toEqual([
    'rai-bot',
    'rai-worker',
    'rai-stager',
    'rai-sweeper',
  ])
  expect(optionOf(roles[1] ?? [], '--assume-role-policy-document')).toContain(
    'arn:aws:iam::123456789012:user/rai-worker',
  )
  const policies = calls.filter(([, action]) => action === 'put-role-policy')
  const worker = optionOf(policies[1] ?? [], '--policy-document')
  expect(worker).toContain('arn:aws:s3:::rai-course/userdata/build-*')
  expect(worker).toContain('arn:aws:sqs:*:*:rai_*')
  expect(calls.flat().join(' ')).not.toMatch(/RAI_(BUCKET|ACCOUNT|APP|PART)/)
})

it('makes nothing twice', async () => {
  const { calls } = await create('everything')
  expect(calls.filter(([, action]) => action?.startsWith('create-'))).toEqual([])
  expect(calls.map(([, action]) => action)).toContain('set-queue-attributes')
})
