import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialsExpired, wrongCredentials } from '../../core/directory/credential-refusals.ts'
import { createVerifier, type VerifyCredentials } from '../../core/directory/credentials.ts'
import { type IssueOptions, issueShown } from '../../core/enrolment/issue.ts'
import type { Refusal } from '../../core/errors.ts'
import { keys } from '../bots/delivering.ts'
import { openCourse as openDiscord, shown as shownOnDiscord } from '../bots/discord/course.ts'
import { openCourse as openSlack } from '../bots/slack/course.ts'
import type { World } from '../bots/world.ts'
import { type Ledger, openLedger } from './ledger.ts'

/** A chat in which strangers fill in the form for keys; each name is a person of their own. */
interface Door {
  readonly world: World
  /** What they read. */
  knock(who: string, accessKey: string, secretKey: string): Promise<string>
  close(): Promise<void>
}

const verifier = ({ records }: World): VerifyCredentials =>
  createVerifier({ guesses: records.enrolment.guesses, people: records.people, keys })

async function slackDoor(): Promise<Door> {
  const course = await openSlack()
  const { world, slack } = course
  await course.start({ serving: { verify: verifier(world) } })
  return {
    world,
    async knock(who, access, secret) {
      const person = slack.user(`U9${who}`)
      person.join('C1')
      await person.slash('/rai', 'login', { channel: 'C1' })
      await slack.until(() => person.view() !== undefined)
      const { view } = await person.submitView({ access, secret })
      const first = JSON.stringify(view?.blocks)
      await slack.until(
        () => person.view() === undefined || JSON.stringify(person.view()?.blocks) !== first || /❌|✅/.test(first),
      )
      const told = JSON.stringify(person.view()?.blocks ?? '')
      while (person.view() !== undefined) await person.closeView()
      return told
    },
    close: course.close,
  }
}

async function discordDoor(): Promise<Door> {
  const course = await openDiscord()
  const { world, discord } = course
  await course.start({ serving: { verify: verifier(world) } })
  return {
    world,
    async knock(who, access, secret) {
      const person = discord.user(`stranger-${who}`)
      await person.slash('rai', 'login', {}, { channel: course.lab })
      const outcome = await person.modal({ access, secret, code: '' })
      await discord.until(() => !outcome.loading && shownOnDiscord(outcome.message) !== '')
      return shownOnDiscord(outcome.message)
    },
    close: course.close,
  }
}

const doors = [
  ['Slack', slackDoor],
  ['Discord', discordDoor],
] as const

describe.each(doors)('keys that are somebody else’s, on %s', (_name, open) => {
  let door: Door
  let ledger: Ledger

  beforeEach(async () => {
    door = await open()
    ledger = await openLedger(door.world)
  })

  afterEach(async () => {
    await ledger.close()
    await door.close()
  })

  async function issued(more: Partial<IssueOptions> = {}) {
    const { records, people } = door.world
    const { issue, pair } = issueShown({ account: people.ada.id, course: 'demo', keys, ...more })
    await records.enrolment.credentials.rotate({
      account: people.ada.id,
      actor: 'prof',
      overlapMs: 60_000,
      issue: () => issue,
    })
    return pair
  }

  async function refuses(who: string, accessKey: string, secretKey: string, expected: Refusal | RegExp): Promise<void> {
    const before = await ledger.read()
    const told = await door.knock(who, accessKey, secretKey)
    if (expected instanceof RegExp) expect(told).toMatch(expected)
    else expect(plain(told)).toContain(plain(expected.message))
    // Shorter ones are a part of what the form says of keys.
    if (secretKey.length > 8) expect(told).not.toContain(secretKey)
    expect(await ledger.read()).toEqual(before)
  }

  it('are of no use once they were withdrawn', async () => {
    const { accessKey, secretKey } = await issued()
    await door.world.records.enrolment.credentials.revoke(door.world.people.ada.id, 'prof')
    await refuses('1', accessKey, secretKey, wrongCredentials())
  })

  it('are of no use once they ended', async () => {
    const expiresAt = Date.UTC(2020, 0, 1)
    const { accessKey, secretKey } = await issued({ expiresAt })
    await refuses('1', accessKey, secretKey, credentialsExpired(expiresAt))
  })

  it('are not guessed: whoever tries waits, also with the right ones, and nobody else does', async () => {
    const { accessKey, secretKey } = await issued()
    for (const guess of ['', 'rais_no', secretKey.slice(0, -1), secretKey.toUpperCase(), 'x'.repeat(100)]) {
      await refuses('1', accessKey, guess === '' ? 'rais_' : guess, wrongCredentials())
    }
    await refuses('1', accessKey, secretKey, tooMany)
    expect(await door.knock('2', accessKey, secretKey)).toContain('Signed in as ada')
  })

  it('are not guessed by many at once: the key itself waits', async () => {
    const { accessKey, secretKey } = await issued()
    for (let guess = 0; guess < 10; guess += 1) {
      await refuses(String(guess), accessKey, `rais_${guess}`, wrongCredentials())
    }
    await refuses('10', accessKey, secretKey, tooMany)
  })

  it('are not told from keys that were made up', async () => {
    const { accessKey, secretKey } = await issued()
    await refuses('1', accessKey, 'rais_no', wrongCredentials())
    await refuses('2', 'raia_00000000000000000000', secretKey, wrongCredentials())
  })
})

const tooMany = /There were too many wrong keys/

/** Without the marks that a platform puts before what it would take for markup. */
function plain(text: string): string {
  return text.replaceAll('\\', '')
}
