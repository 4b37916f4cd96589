import { readdir, readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { scopesOfEvents, scopesOfMethods } from '../../../bots/slack/manifest.ts'
import { renderSlackManifest } from '../../../scripts/slack-manifest.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse } from './course.ts'

const root = new URL('../../../', import.meta.url)
const schema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
})

let course: Course | undefined

afterEach(async () => {
  await course?.close()
  course = undefined
})

async function ourCode(): Promise<string> {
  const folder = new URL('bots/slack/', root)
  const names = await readdir(folder)
  return (await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))).join('\n')
}

test('the manifest that instructors use is the one the code makes', async () => {
  expect(await readFile(new URL('deploy/slack-manifest.yaml', root), 'utf8')).toBe(renderSlackManifest())
})

test('every method that is called is in the table, and none else', async () => {
  const called = [...(await ourCode()).matchAll(/\bclient((?:\s*\.\w+){2,})\(/g)].map(([, path = '']) =>
    path.replaceAll(/\s/g, '').slice(1),
  )
  expect([...new Set(called)].sort()).toEqual(Object.keys(scopesOfMethods).sort())
})

test('with the manifest’s scopes and events alone, everything works', async () => {
  const { oauth_config, settings } = schema.parse(parse(renderSlackManifest()))
  const events = settings.event_subscriptions.bot_events
  course = await openCourse({ slack: { scopes: oauth_config.scopes.bot, events } })
  const { slack, world } = course
  const bob = world.people.bob
  await course.start({ serving: { byEmail: async () => [bob] } })
  const ada = slack.user('U1')
  ada.openHome()
  ada.mention('C1', 'submit', { files: [{ name: 'a.zip', bytes: 'PK' }] })
  await slack.until(() => ada.home() !== undefined && course?.roots().length === 1)
  ada.direct('status')
  await slack.until(() => course?.roots(slack.directOf('U1')).length === 1)
  const newcomer = slack.user('U20', { email: 'bob@example.edu' })
  await newcomer.slash('/rai', 'whoami', { channel: 'C1' })
  await slack.until(() => newcomer.ephemerals('C1')[0]?.text.includes('bob') === true)
  await course.stage()
  await (await world.claim()).finish('succeeded', succeeded)
  await slack.until(() => course?.replies().length === 3)

  expect(slack.failures()).toEqual([])
  expect(events.sort()).toEqual(Object.keys(scopesOfEvents).sort())
})
