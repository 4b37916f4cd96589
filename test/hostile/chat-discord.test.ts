import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutText } from '../../bots/discord/text.ts'
import { noSuchSubmission } from '../../core/submission/refusals.ts'
import { type Course, openCourse, shown } from '../bots/discord/course.ts'
import type { Message } from '../support/discord/model.ts'
import type { Person } from '../support/discord/people/person.ts'
import { buttonsOf } from '../support/discord/reading.ts'
import { command as commandShape } from '../support/discord/routes/command-checks.ts'
import {
  madeUpActions,
  madeUpValues,
  othersThings,
  secrets,
  strictContext,
  unknownId,
  withoutIds,
} from './strangers.ts'

type Outcome = Awaited<ReturnType<Person['slash']>>

let course: Course
let things: Awaited<ReturnType<typeof othersThings>>
let card: Message

beforeAll(async () => {
  course = await openCourse()
  things = await othersThings(course.world, course.discord.applicationId, 'discord')
  await course.start({ serving: { context: strictContext(course.world) } })
  await course.ada.slash('rai', 'submit', { repo: 'https://git.example/x/y' }, { channel: course.lab })
  await course.discord.until(() => course.replies().length === 1)
  const [live] = course.replies()
  if (live === undefined) throw new Error('no card')
  card = live
})

afterAll(async () => {
  await things?.ledger.close()
  await course?.close()
})

/** What somebody reads for it, or the form that opens, while nothing changes for anybody. */
async function told(doing: () => Promise<Outcome>): Promise<string> {
  const before = await things.ledger.read()
  const outcome = await doing()
  await course.discord.until(() => outcome.modal !== undefined || (!outcome.loading && shown(outcome.message) !== ''))
  const text = outcome.modal?.title ?? shown(outcome.message)
  if (outcome.modal === undefined) expect(outcome.ephemeral).toBe(true)
  expect(text).not.toMatch(secrets)
  expect(await things.ledger.read()).toEqual(before)
  return text
}

const forged = (customId: string, who = course.bob) => told(() => who.forge(card, customId))

describe('a press on Discord that somebody made up', () => {
  it('is refused for what is another team’s, whatever the button', async () => {
    for (const [action, { value, refusal }] of Object.entries(things.aims)) {
      expect([action, await forged(`rai:${action}:${value}`)]).toEqual([
        action,
        expect.stringContaining(cutText(refusal(value).message, 400)),
      ])
    }
  })

  it('is refused for what there is not, in the words for what is another’s', async () => {
    for (const [action, { value, refusal }] of Object.entries(things.aims)) {
      const expected = value === things.submission ? noSuchSubmission : refusal
      expect([action, await forged(`rai:${action}:${unknownId}`)]).toEqual([
        action,
        expect.stringContaining(cutText(expected(unknownId).message, 400)),
      ])
    }
  })

  it('means nothing where there is no such button, or no such value', async () => {
    const help = await told(() => course.bob.slash('rai', 'help', {}, { channel: course.lab }))
    const actions = madeUpActions.map((action) => `rai:${action}:${things.submission}`)
    const values = madeUpValues(things.submission).flatMap((value) => [`rai:cancel:${value}`, `rai:reveal:${value}`])
    for (const customId of [...actions, ...values, 'cancel', things.submission]) {
      expect([customId, await forged(customId)]).toEqual([customId, help])
    }
  })

  it('does nothing for somebody whom nobody knows', async () => {
    for (const [action, { value }] of Object.entries(things.aims)) {
      const text = await forged(`rai:${action}:${value}`, course.nobody)
      expect([action, text]).toEqual([
        action,
        expect.stringMatching(action === 'reveal' ? /not for you/ : /does not know you/),
      ])
    }
  })
})

/** Every sub-command that is registered, with each of its texts, and each choice of one, filled in with an id. */
function everyCommand(id: string) {
  const all = course.discord.commands().map((one) => commandShape.parse(one))
  const subcommands = all.find(({ name }) => name === 'rai')?.options ?? []
  return subcommands.flatMap(({ name, options }) => {
    const texts = (options ?? []).filter(({ type }) => type === 3)
    const chosen = texts.find(({ choices }) => (choices ?? []).length > 0)
    const free = texts.filter((option) => option !== chosen)
    const values = Object.fromEntries(free.map((option) => [option.name, id]))
    const choices = chosen?.choices?.map((choice) => ({ ...values, [chosen.name]: choice.value })) ?? []
    const alone = free.map((option) => ({ [option.name]: id }))
    return [...alone, ...choices].map((filled) => ({ name, values: filled }))
  })
}

describe("another team's id on Discord", () => {
  it('tells nothing and changes nothing in any option of any command', async () => {
    const fill = (id: string) => everyCommand(id).filter(({ name, values }) => name !== 'submit' || !('repo' in values))
    const [real, none] = [fill(things.submission), fill(unknownId)]
    expect(real.length).toBeGreaterThan(30)
    const where = { channel: course.lab }
    for (const [index, { name, values }] of real.entries()) {
      // Of these, an option is a secret of one's own, or nothing that has an id.
      if (name === 'login' || name === 'key') continue
      const about = await told(() => course.bob.slash('rai', name, values, where))
      const unknown = await told(() => course.bob.slash('rai', name, none[index]?.values ?? {}, where))
      expect([name, values, withoutIds(about, things.submission)]).toEqual([
        name,
        values,
        withoutIds(unknown, unknownId),
      ])
    }
  })

  it('is not suggested to those whose it is not, whatever they type', async () => {
    for (const typed of ['', things.submission.slice(0, 6), things.submission]) {
      const { choices } = await course.bob.autocomplete('rai', 'log', { focused: 'id', typed }, { channel: course.lab })
      expect(JSON.stringify(choices.filter(({ value }) => value !== typed))).not.toMatch(new RegExp(things.submission))
      expect(JSON.stringify(choices)).not.toMatch(secrets)
    }
  })
})

describe('what Discord sends twice', () => {
  const submissions = () => course.world.records.lookup.history({ account: course.world.people.ada.id }, 50)

  it('is one submission: a command, a press and a mention', async () => {
    const { discord, ada, lab } = course
    const before = (await submissions()).length
    discord.gateway.repeatNext('INTERACTION_CREATE')
    await ada.slash('rai', 'submit', { repo: 'https://git.example/twice' }, { channel: lab })
    discord.gateway.repeatNext('MESSAGE_CREATE')
    ada.mention(lab, 'submit https://git.example/mentioned')
    await discord.until(() => course.roots().length === 3 && course.replies().length > 0)
    discord.gateway.repeatNext('INTERACTION_CREATE')
    const outcome = await ada.click(card, buttonsOf(card)[0]?.customId ?? '')
    await discord.until(() => !outcome.loading && shown(outcome.message) !== '')
    expect(await submissions()).toHaveLength(before + 2)
    // Discord itself says of the second one that it has been answered.
    const failures = discord.takeFailures().map(({ detail }) => detail)
    expect(failures.filter((detail) => !detail.includes('already been acknowledged'))).toEqual([])
  })
})
