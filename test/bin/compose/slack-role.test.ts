import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Deployment, openDeployment } from '../../../bin/compose/deployment.ts'
import { runSlackRole } from '../../../bin/compose/slack-role.ts'
import { configFrom } from '../../../core/config/parse.ts'
import type { ConfigInput } from '../../../core/config/schema.ts'
import { rawZip } from '../../support/archives.ts'
import { silent } from '../../support/embedded.ts'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import { startSlack } from '../../support/slack/start.ts'

let folder: string
let slack: SlackStandIn
let deployment: Deployment | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-slack-role-'))
  slack = await startSlack()
  slack.channel('C1', { name: 'lab', members: ['U1'] })
})

afterEach(async () => {
  await deployment?.close()
  deployment = undefined
  await slack.close()
  await rm(folder, { recursive: true })
})

async function open(input: ConfigInput['slack']): Promise<Deployment> {
  const docker = { allowed_images: ['busybox'] }
  const given = { docker, app: { data_dir: folder, tempdir: join(folder, 'tmp') }, slack: input }
  const config = configFrom(given, { home: folder, cwd: folder })
  const { signal } = new AbortController()
  deployment = await openDeployment({ config, log: silent, signal, serveLinks: false })
  return deployment
}

const buildFile = 'rai:\n  version: 0.2\n  image: busybox\ncommands:\n  build:\n    - echo hello\n'

test('from a configuration with two tokens, an attached archive comes to wait in the queue', async () => {
  const opened = await open({ bot_token: slack.botToken, app_token: slack.appToken, api_url: slack.apiUrl })
  const [course] = opened.courses.all()
  const account = await opened.records.people.ensure({ username: 'ada', email: 'ada@example.edu' })
  await opened.records.people.enrol(account.id, { course: course?.name ?? '', role: 'student' })
  const ending = new AbortController()
  const running = runSlackRole(opened, ending.signal)
  const ada = slack.user('U1', { name: 'ada', email: 'ada@example.edu' })
  await slack.until(() => slack.connections() === 1)
  ada.mention('C1', 'submit', {
    files: [{ name: 'lab1.zip', bytes: rawZip([{ name: 'rai_build.yml', content: buildFile }]) }],
  })
  const shown = () => JSON.stringify(slack.messages('C1').map(({ blocks }) => blocks))
  await slack.until(() => shown().includes('next in line'), 20_000)
  ending.abort()
  await running

  const [waiting] = await opened.records.lookup.history({ account: account.id }, 1)
  expect(waiting).toMatchObject({ state: 'queued', source: { kind: 'attachment', name: 'lab1.zip' } })
  expect(waiting?.staged?.entries).toBe(1)
  expect(slack.failures()).toEqual([])
})

test('what is missing is named, with where it comes from', async () => {
  const opened = await open({ bot_token: slack.botToken, api_url: slack.apiUrl })
  const { signal } = new AbortController()
  await expect(runSlackRole(opened, signal)).rejects.toThrow(/^slack\.app_token: is missing, .*docs\/slack\.md/)
})

test('signed HTTP is a matter of configuration', async () => {
  const opened = await open({ bot_token: slack.botToken, api_url: slack.apiUrl, events: 'http' })
  const { signal } = new AbortController()
  await expect(runSlackRole(opened, signal)).rejects.toThrow(/^slack\.signing_secret: is missing/)
})
