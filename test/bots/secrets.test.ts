import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createMailCourier } from '../../bots/delivery/mails.ts'
import { deliverToFile } from '../../core/enrolment/deliver-file.ts'
import { createMailgunMailer } from '../../core/mail/mailgun.ts'
import { buttonsOf } from '../support/discord/reading.ts'
import { startMailgun } from '../support/mailgun/stand-in.ts'
import { until } from '../support/until.ts'
import { enrolClass, keys, keysDesk, startCourier, stateOf } from './delivering.ts'
import { openCourse as openDiscordCourse, shown as shownOnDiscord } from './discord/course.ts'
import { openCourse as openSlackCourse, shown as shownOnSlack } from './slack/course.ts'

const secretIn = (text: string) => /rais_[\w-]{43}/.exec(text)?.[0] ?? ''

/** As it is, and in the disguises in which a secret gets around. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret.slice(5), 'base64url')
  const whole = Buffer.from(secret)
  return [
    secret.slice(5),
    bytes.toString('base64'),
    bytes.toString('hex'),
    whole.toString('base64'),
    whole.toString('hex'),
  ]
}

const holds = (content: Buffer | string, secret: string) => formsOf(secret).some((form) => content.includes(form))

async function filesIn(folder: string): Promise<Buffer[]> {
  const paths = (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
  const files = await Promise.all(
    paths.map(async (path) => ((await stat(path)).isFile() ? [await readFile(path)] : [])),
  )
  return files.flat()
}

test('of a whole class on Slack, Discord, by mail and in the file, each secret is in its one delivery and nowhere else', async () => {
  let logged = ''
  const logger = pino(
    { level: 'trace' },
    new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk)
        done()
      },
    }),
  )
  const slackCourse = await openSlackCourse({ options: { logger } })
  const { world, slack } = slackCourse
  const discordCourse = await openDiscordCourse({ options: { logger } })
  const { discord, nobody } = discordCourse
  const mailgun = await startMailgun({ domain: 'mail.x.edu', apiKey: 'key-of-mailgun' })
  const out = await mkdtemp(join(tmpdir(), 'rai-out-'))
  const context = { ...world.context, keys: keysDesk(), logger, poke: () => undefined }
  const { bot: slackBot } = await slackCourse.start({ serving: { context } })
  const { bot: discordBot } = await discordCourse.start({ serving: { context } })
  const mailer = createMailgunMailer({
    ...{ url: mailgun.url, domain: 'mail.x.edu', from: 'rai@x.edu', apiKey: 'key-of-mailgun', testMode: false },
  })
  const couriers = [startCourier(world, slackBot, { logger }), startCourier(world, discordBot, { logger })]
  const ending = new AbortController()
  const shared = { records: world.records, keys, owner: hostname(), logger, pollMs: 20 }
  const mailing = createMailCourier({ ...shared, mailer }).run(ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await Promise.all([mailing, ...couriers.map((courier) => courier.stop())])
    await slackCourse.close()
    await discordCourse.close()
    await mailgun.close()
    await rm(out, { recursive: true })
  })
  slack.user('U20', { email: 'sue@x.edu' })
  await enrolClass(
    world,
    `username,email,slack,discord\nsue,sue@x.edu,U20,\ndan,,,${nobody.id}\nmia,mia@x.edu,,\nfay,,UNOBODY1,\n`,
  )

  const direct = () => slack.messages(slack.directOf('U20'))
  await slack.until(() => direct().length === 1)
  const [message] = direct()
  if (message === undefined) throw new Error('no message')
  await slack.user('U20').click(message, 'rai_reveal')
  await slack.until(() => slack.user('U20').ephemerals(message.channel).length === 1)
  const onSlack = secretIn(slack.user('U20').ephemerals(message.channel).map(shownOnSlack).join())

  const directs = () => discord.messages(discord.directOf(nobody))
  await discord.until(() => directs().some((one) => buttonsOf(one).length > 0))
  const offer = directs().find((one) => buttonsOf(one).length > 0)
  const customId = offer && buttonsOf(offer)[0]?.customId
  if (offer === undefined || customId === undefined) throw new Error('no button')
  const outcome = await nobody.click(offer, customId)
  await discord.until(() => shownOnDiscord(outcome.message).includes('rais_'))
  const onDiscord = secretIn(shownOnDiscord(outcome.message))

  await until(() => (mailgun.mails.length === 1 ? true : undefined))
  const byMail = secretIn(mailgun.mails[0]?.text ?? '')
  await until(async () => (await stateOf(world, 'fay')).channel === 'file' || undefined)
  const path = join(out, 'keys.csv')
  await deliverToFile({ deliveries: world.records.enrolment.deliveries, keys, path })
  const inFile = secretIn(await readFile(path, 'utf8'))

  const secrets = [onSlack, onDiscord, byMail, inFile]
  expect(new Set(secrets).size).toBe(4)
  await slack.until(() => direct().some(({ text }) => text.includes('were revealed')))
  // What the platforms were told, but for the answers that only their person sees, and what they keep.
  const slackKnows = JSON.stringify([slack.calls(), direct().map(shownOnSlack)])
  const kept = discord.calls().filter(({ operation }) => !/webhook_message|interaction/.test(operation ?? ''))
  const discordKnows = JSON.stringify([kept, directs().map(shownOnDiscord)])
  const database = await filesIn(world.folder)
  const urls = mailgun.requests.map(({ line }) => line).join('\n')
  for (const secret of secrets) {
    for (const place of [logged, slackKnows, discordKnows, urls]) expect(holds(place, secret)).toBe(false)
    expect(database.filter((file) => holds(file, secret))).toEqual([])
  }
  expect(logged).toContain('mailed keys')
  expect(database.length).toBeGreaterThan(0)
})
