import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Deployment, openDeployment } from '../../../bin/compose/deployment.ts'
import { openConfiguredDiscord, runDiscordRole } from '../../../bin/compose/discord-role.ts'
import { configFrom } from '../../../core/config/parse.ts'
import type { Config, ConfigInput } from '../../../core/config/schema.ts'
import { rawZip } from '../../support/archives.ts'
import { unthrottled } from '../../support/discord/limits.ts'
import { textOf } from '../../support/discord/reading.ts'
import type { DiscordStandIn } from '../../support/discord/stand-in.ts'
import { startDiscord } from '../../support/discord/start.ts'
import { silent } from '../../support/embedded.ts'

let folder: string
let discord: DiscordStandIn
let deployment: Deployment | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-discord-role-'))
  discord = await startDiscord({ limits: unthrottled })
})

afterEach(async () => {
  await deployment?.close()
  deployment = undefined
  await discord.close()
  await rm(folder, { recursive: true })
  expect(discord.failures()).toEqual([])
})

function configure(input: ConfigInput['discord']): Config {
  const docker = { allowed_images: ['busybox'] }
  const given = { docker, app: { data_dir: folder, tempdir: join(folder, 'tmp') }, discord: input }
  return configFrom(given, { home: folder, cwd: folder })
}

const buildFile = 'rai:\n  version: 0.2\n  image: busybox\ncommands:\n  build:\n    - echo hello\n'

test('from a configuration with a token, an attached archive comes to wait in the queue', async () => {
  const server = discord.guild('Course')
  const lab = server.channel('lab')
  const ada = discord.user('ada')
  const config = configure({ bot_token: discord.token, api_url: `${discord.api}/` })
  const { signal } = new AbortController()
  deployment = await openDeployment({ config, log: silent, signal, serveLinks: false })
  const { records, courses } = deployment
  const wanted = { username: 'ada', firstName: 'Ada', lastName: '', affiliation: '', role: 'student', discord: ada.id }
  const course = courses.all()[0]?.name ?? ''
  await records.enrolment.enrol({ people: [{ wanted: { ...wanted, course } }], actor: 'test' })
  const ending = new AbortController()
  const running = runDiscordRole(deployment, ending.signal)
  await discord.until(() => discord.gateway.connections() === 1)

  const archive = { name: 'lab1.zip', bytes: rawZip([{ name: 'rai_build.yml', content: buildFile }]) }
  const { acked } = await ada.slash('rai', 'submit', { archive }, { channel: lab })
  expect(acked).toBe(true)
  const thread = () => discord.messages(lab)[0]?.threadId
  const shown = () => discord.messages(thread() ?? lab).map(textOf)
  await discord.until(() => shown().join().includes('next in line'), 20_000)
  ending.abort()
  await running

  const account = await records.people.byUsername('ada')
  const [waiting] = await records.lookup.history({ account: account?.id ?? '' }, 1)
  expect(waiting).toMatchObject({ state: 'queued', source: { kind: 'attachment', name: 'lab1.zip' } })
})

test('without a token the key is named, and where it comes from', () => {
  expect(() => openConfiguredDiscord(configure({}), silent)).toThrow(
    /^discord\.bot_token: is missing, .*docs\/discord\.md/,
  )
})

test('register alone makes Discord show the commands', async () => {
  const bot = await openConfiguredDiscord(configure({ bot_token: discord.token, api_url: discord.api }), silent)
  await bot.register()
  expect(discord.commands().map(({ name }) => name)).toEqual(['rai', 'Submit with RAI'])
})
