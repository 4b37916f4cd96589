import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ChatError } from '../../../bots/chat.ts'
import type { LogLine } from '../../../bots/tail.ts'
import { bareResult } from '../../../core/records/json.ts'
import { createScriptedChat, type ScriptedChat } from '../scripted-chat.ts'
import { createWorld, succeeded, type World } from '../world.ts'

let world: World
let chat: ScriptedChat

beforeEach(async () => {
  world = await createWorld()
  chat = createScriptedChat()
})

afterEach(() => world.dispose())

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 8_000, interval: 10 })
const nothingOwed = async (id: string) => {
  const rows = await world.records.deliveries.ofSubmission(id)
  expect(rows.find(({ purpose }) => purpose === 'log')?.state).toMatch(/sent|failed/)
}
const rootOf = async (id: string) => {
  const rows = await world.records.deliveries.ofSubmission(id)
  return rows.find(({ purpose }) => purpose === 'root')?.message
}
const threadOf = async (id: string) => chat.threadOf(await rootOf(id))
const purposes = async (id: string) =>
  Object.fromEntries((await world.records.deliveries.ofSubmission(id)).map(({ purpose, state }) => [purpose, state]))
const liveCardOf = async (id: string) => (await threadOf(id))[0]?.card
/** No delivery's id was posted twice. */
const expectNothingTwice = () => {
  const ids = chat.messages.map(({ delivery }) => delivery)
  expect(new Set(ids).size).toBe(ids.length)
}

describe('one thread', () => {
  it('goes from received to the verdict, the log and the end', async () => {
    world.render(chat)
    const id = await world.receive()
    await until(async () => expect((await liveCardOf(id))?.title).toBe('Received'))
    await world.stage()
    await until(async () =>
      expect(await liveCardOf(id)).toMatchObject({ title: 'Waiting', note: 'next in line, no estimate yet' }),
    )
    const run = await world.claim()
    await run.print('\u001b[31mhello\u001b[0m\npartial')
    await until(async () => {
      expect((await liveCardOf(id))?.title).toBe('Running')
      expect((await liveCardOf(id))?.tail).toEqual(['\u001b[31mhello\u001b[0m\u001b[0m', 'partial'])
    })
    await run.print(' line\nlast words\n')
    await run.finish()
    await until(() => expect(chat.settled).toHaveLength(1))
    const [live, verdict, file] = await threadOf(id)
    expect(chat.messages[0]?.card).toMatchObject({ tone: 'good', text: ['Succeeded in 1.4s'] })
    expect(chat.messages[0]?.card?.title).toBe('ada: git.example/ada/project · 3f2a91c0')
    expect(live?.card).toMatchObject({ title: 'What was submitted', tail: [], buttons: [] })
    expect(verdict?.card?.tail.slice(1)).toEqual(['partial line', 'last words'])
    expect(verdict?.card?.buttons.map(({ action }) => action)).toEqual(['rerun', 'log', 'link'])
    expect(file?.file?.name).toBe(`log-${id}.txt`)
    expect(await purposes(id)).toEqual({ root: 'sent', card: 'sent', verdict: 'sent', log: 'sent' })
    expectNothingTwice()
  })

  it('shows a retry, and begins the output anew', async () => {
    world.render(chat)
    const id = await world.queued()
    const first = await world.claim()
    await first.print('first try\n')
    await until(async () => expect((await liveCardOf(id))?.tail).toEqual(['first try']))
    await first.retry()
    await until(async () => expect((await liveCardOf(id))?.text[0]).toMatch(/1 failure on our side/))
    const second = await world.claim()
    await second.print('second try\n')
    await until(async () => expect((await liveCardOf(id))?.tail).toEqual(['second try']))
  })

  it('says the first compiler error after a failure', async () => {
    world.render(chat)
    const id = await world.queued()
    const run = await world.claim()
    await run.print('main.c:3:1: error: expected ‘;’\nmain.c:9:1: error: other\n', 'stderr')
    await run.finish('failed', { ...succeeded, sentence: '`make` ended with exit code 2.' })
    await until(() => expect(chat.settled).toHaveLength(1))
    const verdict = (await threadOf(id))[1]
    expect(verdict?.card?.text).toEqual(['`make` ended with exit code 2.', 'First error: main.c:3: expected ‘;’'])
  })

  it('says under the verdict of a rerun what is different from the run that it repeats', async () => {
    world.render(chat)
    const first = await world.queued()
    await (await world.claim()).finish()
    const again = await world.queued({ parent: first, source: { kind: 'rerun', submission: first } })
    await (await world.claim()).finish('failed', { ...succeeded, durationMs: 2800 })
    await until(() => expect(chat.settled).toHaveLength(2))
    expect((await threadOf(again))[1]?.card?.text).toContain(
      `Against ${first.slice(0, 8)}: the same code, build file, image and limits; verdict succeeded → failed; run time 1.4s → 2.8s (100% more).`,
    )
  })

  it('ends without a log where nothing ran', async () => {
    world.render(chat)
    const id = await world.queued()
    await world.records.runs.requestCancel(id, world.people.ada.id)
    await until(() => expect(chat.settled).toHaveLength(1))
    expect(await purposes(id)).toEqual({ root: 'sent', card: 'sent', verdict: 'sent', log: 'failed' })
    expect((await threadOf(id))[1]?.card?.title).toBe('Cancelled')
  })

  it('gives each line once to whoever listens', async () => {
    const lines: LogLine[] = []
    world.render(chat, { onLine: (_, line) => lines.push(line) })
    await world.queued()
    const run = await world.claim()
    await run.print('a\nb')
    await run.print('c\n')
    await run.finish()
    await until(() => expect(chat.settled).toHaveLength(1))
    expect(lines.map(({ text }) => text)).toEqual(['a', 'bc'])
  })
})

describe('what the course wants', () => {
  async function finishedIn(course: Parameters<typeof createWorld>[0]) {
    await world.dispose()
    world = await createWorld(course)
    world.render(chat)
    const id = await world.queued()
    await (await world.claim()).finish()
    await until(() => nothingOwed(id))
    return id
  }

  it('posts nothing but the verdict in a quiet course', async () => {
    await finishedIn({ course: { visibility: 'quiet' } })
    expect(chat.messages.map(({ card, root }) => [card?.title, root])).toEqual([
      ['ada: git.example/ada/project · 3f2a91c0: Succeeded in 1.4s', undefined],
    ])
  })

  it('posts no link where others read along', async () => {
    await finishedIn({})
    expect(JSON.stringify(chat.messages)).not.toContain('store.example')
  })

  it('posts the link where the course made results public', async () => {
    const id = await finishedIn({ course: { publicResults: true } })
    const verdict = (await threadOf(id))[1]?.card
    expect(verdict?.text.at(-1)).toBe('Its links work until 2030-01-01 00:00 UTC.')
    expect(verdict?.buttons.find(({ action }) => action === 'link')?.url).toBe(`https://store.example/build-${id}`)
  })
})

describe('a platform that fails', () => {
  it('gives up on a thread whose root is gone, and not on the others', async () => {
    chat.script = (operation, target) =>
      operation === 'postRoot' && target.includes('doomed') ? new ChatError('gone', 'no such channel') : undefined
    world.render(chat)
    const doomed = await world.queued({ source: { kind: 'git', url: 'https://git.example/doomed' } })
    await (await world.claim()).finish()
    const other = await world.queued()
    await (await world.claim()).finish()
    await until(() => nothingOwed(doomed))
    await until(() => nothingOwed(other))
    expect(await purposes(doomed)).toEqual({ root: 'failed', card: 'failed', verdict: 'failed', log: 'failed' })
    expect(await purposes(other)).toMatchObject({ verdict: 'sent', log: 'sent' })
    expect(await world.records.lookup.owed(chat, 10)).toEqual([])
    expect(chat.calls.filter(({ operation }) => operation === 'postRoot')).toHaveLength(2)
  })

  it('goes on without a card that somebody deleted', async () => {
    world.render(chat)
    const id = await world.queued()
    await until(async () => expect(await liveCardOf(id)).toBeDefined())
    chat.script = (operation) => (operation === 'edit' ? new ChatError('gone', 'deleted') : undefined)
    const run = await world.claim()
    await until(() => expect(chat.calls.some(({ operation }) => operation === 'edit')).toBe(true))
    await run.finish()
    await until(() => nothingOwed(id))
    expect(await purposes(id)).toMatchObject({ verdict: 'sent', log: 'sent' })
  })

  it('does not post again what had arrived although the call failed', async () => {
    let lost = false
    chat.script = (operation) => {
      if (operation !== 'postRoot' || lost) return undefined
      lost = true
      return { lost: new Error('connection reset') }
    }
    world.render(chat)
    const id = await world.queued()
    await (await world.claim()).finish()
    await until(() => nothingOwed(id))
    expect(chat.messages.filter(({ place }) => place !== undefined)).toHaveLength(1)
    expectNothingTwice()
  })

  it('posts a link’s button where the log is too large for a file', async () => {
    chat.script = (operation) => (operation === 'postFile' ? new ChatError('too-large', 'too large') : undefined)
    world.render(chat)
    const id = await world.queued()
    await (await world.claim()).finish()
    await until(() => nothingOwed(id))
    expect((await threadOf(id)).at(-1)?.card).toMatchObject({ buttons: [{ action: 'log', submission: id }] })
  })
})

describe('several processes', () => {
  it('goes on with every thread after a restart, and posts nothing twice', async () => {
    const first = world.render(chat)
    const ids: string[] = []
    for (let n = 0; n < 10; n += 1) ids.push(await world.queued())
    const runs = [await world.claim(), await world.claim(), await world.claim()]
    for (const run of runs) await run.print('before\n')
    await until(() => expect(chat.messages.length).toBeGreaterThan(12))
    await first.stop()
    const posted = chat.messages.length
    await delay(50)
    expect(chat.messages).toHaveLength(posted)
    for (const run of runs) await run.print('meanwhile\n')
    await runs[0]?.finish()
    world.render(chat)
    for (let n = 3; n < 10; n += 1) runs.push(await world.claim())
    for (const run of runs.slice(1)) await run.finish()
    for (const id of ids) await until(() => nothingOwed(id))
    expect(chat.messages.filter(({ root }) => root === undefined)).toHaveLength(10)
    for (const id of ids) expect(await threadOf(id)).toHaveLength(3)
    expectNothingTwice()
    const verdict = (await threadOf(runs[1]?.id ?? ''))[1]
    expect(verdict?.card?.tail).toEqual(['before', 'meanwhile'])
  })

  it('finds a message whose row a crash left in sending', async () => {
    const id = await world.queued()
    const { delivery } = await world.records.deliveries.begin(id, 'root', { ...(await world.submissionOf(id)).place })
    await chat.postRoot(
      (await world.submissionOf(id)).place,
      { title: 'x', tone: 'good', text: [], fields: [], tail: [], buttons: [] },
      delivery.id,
    )
    world.render(chat)
    await until(async () => expect(await rootOf(id)).toBe('m1'))
    expectNothingTwice()
  })

  it('renders in one of two processes only, and in the other once that one stopped', async () => {
    const [one, two] = [createScriptedChat(), createScriptedChat()]
    const first = world.render(one, { leaseMs: 1_000 })
    await until(async () => {
      expect(await world.records.leases.take('render:terminal:here', 'x', 1)).toBeUndefined()
    })
    world.render(two, { leaseMs: 1_000 })
    const id = await world.queued()
    await until(() => expect(one.messages).toHaveLength(2))
    expect(two.calls).toEqual([])
    await first.stop()
    await (await world.claim()).finish()
    await until(() => nothingOwed(id))
    expect(two.messages).toHaveLength(2)
  })

  it('stops before its lease ends when it cannot renew', async () => {
    let taken = 0
    const leases: World['records']['leases'] = {
      take: async (...lease) => {
        taken += 1
        return taken === 1 ? world.records.leases.take(...lease) : undefined
      },
      renew: () => new Promise(() => undefined),
      release: async () => undefined,
    }
    world.render(chat, { records: { ...world.records, leases }, leaseMs: 300 })
    const rival = createScriptedChat()
    await until(async () => {
      expect(await world.records.leases.take('render:terminal:here', 'x', 1)).toBeUndefined()
    })
    await delay(260)
    await world.queued()
    world.render(rival, { leaseMs: 5_000 })
    await until(() => expect(rival.messages).toHaveLength(2))
    expect(chat.calls).toEqual([])
  })
})

it('asks the records once a tick, however many threads there are', async () => {
  for (let n = 0; n < 12; n += 1) await world.queued()
  let asked = 0
  const lookup = {
    ...world.records.lookup,
    owed: (...args: Parameters<World['records']['lookup']['owed']>) => {
      asked += 1
      return world.records.lookup.owed(...args)
    },
    byId: () => Promise.reject(new Error('one query a submission')),
  }
  world.render(chat, { records: { ...world.records, lookup }, pollMs: 100 })
  await until(() => expect(chat.messages).toHaveLength(24))
  asked = 0
  await delay(500)
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(7)
})

it('keeps a failure of ours apart from the student’s', async () => {
  world.render(chat)
  const id = await world.queued()
  await (await world.claim()).finish('system-error', bareResult('The engine failed.', 'engine-failed', 'E-1'))
  await until(() => expect(chat.settled).toHaveLength(1))
  const verdict = (await threadOf(id))[1]
  expect(verdict?.card).toMatchObject({
    tone: 'ours',
    text: ['The engine failed.', expect.stringMatching(/does not count.*E-1/)],
  })
})
