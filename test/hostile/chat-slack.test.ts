import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { staffVerbs } from '../../bots/commands/staff.ts'
import { commandNames } from '../../bots/commands/table.ts'
import { cutText } from '../../bots/slack/text.ts'
import { noSuchSubmission } from '../../core/submission/refusals.ts'
import { type Course, openCourse, shown } from '../bots/slack/course.ts'
import type { Message } from '../support/slack/model.ts'
import {
  madeUpActions,
  madeUpValues,
  othersThings,
  secrets,
  strictContext,
  unknownId,
  withoutIds,
} from './strangers.ts'

let course: Course
let things: Awaited<ReturnType<typeof othersThings>>
let card: Message

const bob = () => course.slack.user('U2')

beforeAll(async () => {
  course = await openCourse()
  things = await othersThings(course.world, course.slack.teamId, 'slack')
  await course.start({ serving: { context: strictContext(course.world) } })
  await course.slack.user('U1').slash('/rai', 'submit https://git.example/x/y', { channel: 'C1' })
  await course.slack.until(() => course.replies().length === 1)
  const [live] = course.replies()
  if (live === undefined) throw new Error('no card')
  card = live
})

afterAll(async () => {
  await things?.ledger.close()
  await course?.close()
})

/** What Bob reads for it, while nothing changes for anybody. */
async function told(doing: () => Promise<unknown>): Promise<Message> {
  const before = { rows: await things.ledger.read(), seen: bob().ephemerals().length }
  await doing()
  await course.slack.until(() => bob().ephemerals().length > before.seen)
  const answer = bob().ephemerals().at(-1)
  if (answer === undefined) throw new Error('no answer')
  expect(shown(answer)).not.toMatch(secrets)
  expect(await things.ledger.read()).toEqual(before.rows)
  return answer
}

const forged = (action: string, value: string) => told(() => bob().forge(card, `rai_${action}`, value))
const typed = (text: string) => told(() => bob().slash('/rai', text, { channel: 'C1' }))

describe('a press on Slack that somebody made up', () => {
  it('is refused for what is another team’s, whatever the button', async () => {
    for (const [action, { value, refusal }] of Object.entries(things.aims)) {
      const { text } = await forged(action, value)
      expect([action, text]).toEqual([action, cutText(refusal(value).message, 600)])
    }
  })

  it('is refused for what there is not, in the words for what is another’s', async () => {
    for (const [action, { value, refusal }] of Object.entries(things.aims)) {
      const { text } = await forged(action, unknownId)
      const expected = value === things.submission ? noSuchSubmission : refusal
      expect([action, text]).toEqual([action, cutText(expected(unknownId).message, 600)])
    }
  })

  it('means nothing where there is no such button, or no such value', async () => {
    const help = (await typed('help')).text
    for (const action of madeUpActions)
      expect([action, (await forged(action, things.submission)).text]).toEqual([action, help])
    for (const value of madeUpValues(things.submission)) {
      for (const action of ['cancel', 'reveal'])
        expect([value, (await forged(action, value)).text]).toEqual([value, help])
    }
  })

  it('does nothing for somebody whom nobody knows', async () => {
    const stranger = course.slack.user('U9')
    for (const [action, { value }] of Object.entries(things.aims)) {
      const before = { rows: await things.ledger.read(), seen: stranger.ephemerals().length }
      await stranger.forge(card, `rai_${action}`, value)
      await course.slack.until(() => stranger.ephemerals().length > before.seen)
      expect(stranger.ephemerals().at(-1)?.text).toMatch(action === 'reveal' ? /not for you/ : /does not know you/)
      expect(await things.ledger.read()).toEqual(before.rows)
    }
  })
})

describe("another team's id on Slack", () => {
  // Forms and signing out are about oneself.
  const asking = commandNames.filter((name) => !['login', 'logout', 'submit'].includes(name))

  it.each(asking)('tells nothing and changes nothing in `%s`', async (name) => {
    const about = async (id: string) => {
      const answers: string[] = []
      for (const words of [id, id.slice(0, 8), `${id} ${id}`]) answers.push((await typed(`${name} ${words}`)).text)
      return answers.map((text) => withoutIds(text, id))
    }
    expect(await about(things.submission)).toEqual(await about(unknownId))
  })

  it('tells nothing and changes nothing behind any word of staff, keys or teams', async () => {
    const { submission, aims } = things
    const lines = [
      ...staffVerbs.map((verb) => `staff ${verb} ${submission}`),
      ...['confirm', 'status', 'rotate', 'resend', 'revoke'].map((verb) => `keygen ${verb} ${aims.enrol.value}`),
      `key reveal ${aims.reveal.value}`,
      `team join ${submission}`,
      `submit https://git.example/x/y --ref ${submission} --course ${submission}`,
    ]
    for (const line of lines) expect((await typed(line)).text).not.toMatch(/mallory|sue/)
  })
})
