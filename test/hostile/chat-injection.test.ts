import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutColours } from '../../core/log/colours.ts'
import type { Result } from '../../core/records/json.ts'
import type { Account } from '../../core/records/people.ts'
import { openCourse as openDiscord } from '../bots/discord/course.ts'
import { openCourse as openSlack } from '../bots/slack/course.ts'
import { succeeded, type World } from '../bots/world.ts'
import { textOf } from '../support/discord/reading.ts'

/** What a chat would obey, or people would take for the bot's own words. */
const attacks = [
  ['a mention of everybody', '<!channel> <!here> <!everyone> @everyone @here @channel'],
  ['a mention of a person or a group', '<@U3> <@123456789012345678> <@&123456789012345678> <!subteam^S1>'],
  ['a link that hides where it leads', '<https://evil.example|your grade> [your grade](https://evil.example)'],
  ['the end of a fence', '``` ```` ` ```ansi'],
  ['a verdict', 'x\n✅  *All commands succeeded*\r\n**✅ All commands succeeded** \u2028✅ Passed'],
  ['a heading, a quotation, small print', 'x\n# RAI: you passed\n> RAI says\n-# Id 0000'],
  ['a text that runs backwards', 'safe\u202Egnp.exe\u202C \u2066hidden\u2069 \u200F'],
  [
    'what moves a cursor',
    '\u001b[2J\u001b[1A\u001b]0;title\u0007\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007\u0000\u0008',
  ],
  [
    'what a form of Slack obeys',
    '&lt;!channel&gt; &amp;lt;!channel&amp;gt; :boom: <!date^1^{date}^https://evil.example|x>',
  ],
] as const

/** Everything that a stranger can put into a submission, or a person of the course into its records. */
const everywhere = (text: string): Result => ({
  ...succeeded,
  sentence: `Command 1 ended: ${text}`,
  notices: [text],
  commands: [{ text: `echo ${text}`, exitCode: 1, durationMs: 10 }],
  grade: { passed: true, score: 1, message: text },
})

/** Where people read it: each text that the bot sent, apart. */
interface Stage {
  readonly world: World
  /** Plays a submission whose every part is the attack, and what staff and its owner ask about it. */
  play(text: string): Promise<void>
  /** Texts that the platform reads markup in. */
  texts(): string[]
  /** People and groups that were called, and what the platform complained of. */
  notified(): unknown[]
  close(): Promise<void>
}

async function hostileNames({ records }: World, account: Account, text: string): Promise<void> {
  const [username, team] = [text.slice(0, 60), text.slice(0, 40)]
  await records.people.ensure({ username, firstName: text.slice(0, 60), lastName: text.slice(0, 60) })
  await records.people.enrol(account.id, { course: 'demo', role: 'student', team })
}

async function slackStage(): Promise<Stage> {
  const course = await openSlack()
  const { world, slack } = course
  await course.start()
  const [ada, tina] = [slack.user('U1'), slack.user('U3')]
  const ask = async (person: typeof ada, text: string) => {
    const before = person.ephemerals('C1').length
    await person.slash('/rai', text, { channel: 'C1' })
    await slack.until(() => person.ephemerals('C1').length > before)
  }
  return {
    world,
    async play(text) {
      await hostileNames(world, world.people.ada, text)
      ada.mention('C1', 'submit', { files: [{ name: `${text.slice(0, 60)}.zip`, bytes: 'zip' }] })
      await slack.until(() => course.replies().length === 1)
      await course.stage()
      const run = await world.claim()
      await run.print(`${text}\n${text}`)
      await run.finish('failed', everywhere(text))
      await slack.until(() => course.replies().length === 3)
      for (const asked of [`status ${quoted(text)}`, 'history', 'whoami', 'team', quoted(text), 'log'])
        await ask(ada, asked)
      for (const asked of [`staff note ${run.id} ${quoted(text)}`, `staff find ${quoted(text)}`, 'queue'])
        await ask(tina, asked)
    },
    texts: () =>
      [...slack.messages('C1'), ...ada.ephemerals(), ...tina.ephemerals()]
        .filter(({ byBot }) => byBot)
        .flatMap(({ text, blocks }) => [text, ...textsIn(blocks)]),
    notified: () => [...slack.failures()],
    close: course.close,
  }
}

async function discordStage(): Promise<Stage> {
  const course = await openDiscord()
  const { world, discord, ada, lab } = course
  await course.start()
  const tina = discord.user('tina')
  const answers: (() => string)[] = []
  const ask = async (person: typeof ada, name: string, values: Readonly<Record<string, string>> = {}) => {
    const outcome = await person.slash('rai', name, values, { channel: lab })
    await discord.until(() => !outcome.loading && outcome.message !== undefined && textOf(outcome.message) !== '')
    answers.push(() => (outcome.message === undefined ? '' : textOf(outcome.message)))
  }
  const messages = () => [...course.roots(), ...course.replies()].filter(({ author }) => author.bot)
  return {
    world,
    async play(text) {
      await hostileNames(world, world.people.ada, text)
      ada.mention(lab, 'submit', { attachments: [{ name: `${text.slice(0, 60)}.zip`, bytes: 'zip' }] })
      await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
      await course.stage()
      const run = await world.claim()
      await run.print(`${text}\n${text}`)
      await run.finish('failed', everywhere(text))
      await discord.until(() => course.replies().length === 3)
      await ask(ada, 'status', { id: text })
      for (const name of ['history', 'whoami', 'team', 'log']) await ask(ada, name)
      await ask(tina, 'staff', { do: 'note', with: `${run.id} ${quoted(text)}` })
      await ask(tina, 'queue')
    },
    texts: () => [...messages().map(textOf), ...answers.map((text) => text())],
    notified: () => [
      ...messages().filter(({ pings }) => pings.everyone || pings.users.length > 0 || pings.roles.length > 0),
      ...discord.failures(),
    ],
    close: course.close,
  }
}

const quoted = (text: string) => `"${text.replaceAll('"', '').replaceAll('\n', ' ')}"`

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  )
}

const nowhere = [
  ['a character that turns text around or hides', /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]/],
  ['a control character', /[^\P{Cc}\n]/u],
  ['a mention of everybody', /@(?:everyone|here|channel)/],
] as const
/** Of an address in angle brackets, people see where it leads. */
const outsideOfCode = {
  Slack: [['markup in angle brackets', /<(?!https?:\/\/[^|<>\s]+>)[^>]*>/]],
  Discord: [
    ['a mention', /(?<!\\)<[@#][^>]*>/],
    ['a link with another text', /(?<!\\)\]\(/],
  ],
} as const

/** Text outside of code. Rejects where a fence is left open. */
function outsideCode(text: string): string {
  const parts = text.split('```')
  expect(parts.length % 2, text).toBe(1)
  const outside = parts.filter((_, index) => index % 2 === 0).join('\n')
  return outside.replaceAll(/`[^`\n]+`/g, 'code')
}

/** A line that begins as the attacks would have theirs begin. */
const fake = /^\s*(?:-#|[>#*]+)?\s*(?:\*\*?)?(?:✅ {0,2}\*{0,2}(?:All|Passed)|RAI: you passed|RAI says|Id 0000)/

describe.each([
  ['Slack', slackStage],
  ['Discord', discordStage],
] as const)('what strangers write stays text on %s', (platform, open) => {
  let stage: Stage

  beforeEach(async () => {
    stage = await open()
  })

  afterEach(() => stage.close())

  it.each(attacks)('%s', async (_what, text) => {
    await stage.play(text)
    const texts = stage.texts()
    expect(texts.length).toBeGreaterThan(8)
    for (const shown of texts) {
      // Discord shows the colours of output.
      for (const [what, pattern] of nowhere) expect(withoutColours(shown), what).not.toMatch(pattern)
      for (const [what, pattern] of outsideOfCode[platform]) expect(outsideCode(shown), what).not.toMatch(pattern)
      for (const line of outsideCode(shown).split('\n')) {
        expect(line, shown).not.toMatch(fake)
      }
    }
    expect(stage.notified()).toEqual([])
  })
})
