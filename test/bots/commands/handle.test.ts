import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../../bots/card.ts'
import { commandNames } from '../../../bots/commands/table.ts'
import { Refusal } from '../../../core/errors.ts'
import { createWorld, demo, place, type World } from '../world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.dispose())

const textOf = ({ title, text, fields }: Card) =>
  [title, ...text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')

async function say(text: string, changes: Parameters<World['ask']>[1] = {}) {
  const { card, private: alone } = await world.ask(text, changes)
  expect(alone).toBe(true)
  return textOf(card)
}

const mine = () => world.records.lookup.history({ account: world.people.ada.id }, 10)

describe('submit', () => {
  it('records the repository, ref and assignment, and wakes the stager', async () => {
    expect(await say('submit https://git.example/ada/p.git main hw1')).toMatch(
      /^Received: git\.example\/ada\/p at main/,
    )
    const [submission] = await mine()
    expect(submission).toMatchObject({ state: 'received', assignment: 'hw1', course: 'demo', place })
    expect(submission?.source).toEqual({ kind: 'git', url: 'https://git.example/ada/p.git', ref: 'main' })
    expect(world.poke).toHaveBeenCalledOnce()
  })

  it('takes a bare address as a submission', async () => {
    expect(await say('https://git.example/ada/p')).toMatch(/^Received/)
  })

  it('takes the assignment as the second word where the ref is an option', async () => {
    await say('submit https://git.example/p —ref v1 hw2')
    expect((await mine())[0]).toMatchObject({ assignment: 'hw2', source: { ref: 'v1' } })
  })

  it('makes one submission of an event that comes twice', async () => {
    const event = { eventKey: 'terminal:here:class:1' }
    await say('submit https://git.example/p', event)
    expect(await say('submit https://git.example/p', event)).toMatch(/^Already received/)
    expect(await mine()).toHaveLength(1)
  })

  it('takes an attachment, with and without the command', async () => {
    const attachments = [{ name: 'hw.zip', bytes: 10, locator: 'F1' }]
    expect(await say('', { attachments })).toMatch(/^Received: hw\.zip/)
    expect(await say('submit hw1', { attachments })).toMatch(/^Received: hw\.zip/)
    expect((await mine())[0]?.source).toEqual({ kind: 'attachment', platform: 'terminal', ...attachments[0] })
  })

  it.each([
    ['submit', [], /Say what to submit/],
    ['submit https://git.example/p', [1], /Send one of them/],
    ['submit', [1, 2], /There are 2 files/],
    ['submit https://git.example/p main "hw 1!"', [], /cannot be the name of an assignment/],
    ['submit a b c d', [], /I do not know what to do with “d”/],
    ['submit https://git.example/p --rev x', [], /no option “--rev”. Did you mean `--ref`/],
    ['submit https://git.example/p --ref', [], /`--ref` needs a value/],
    ['submit https://git.example/p --queue rai_gpu', [], /Only the course staff choose a queue/],
  ])('refuses "%s" with %o attached', async (text, files, sentence) => {
    const attachments = files.map((n) => ({ name: `${n}.zip`, bytes: 1, locator: 'F' }))
    expect(await say(text, { attachments })).toMatch(sentence)
    expect(await mine()).toHaveLength(0)
  })

  it('lets staff choose the queue', async () => {
    await say('submit https://git.example/p --queue rai_gpu', { as: 'tina' })
    const [submission] = await world.records.lookup.history({ account: world.people.tina.id }, 1)
    expect(submission?.queue).toBe('rai_gpu')
  })

  it('says the sentence of a source that is refused', async () => {
    Object.assign(world.context, {
      checkSource: () => {
        throw new Refusal('no-url', 'That is no repository.')
      },
    })
    expect(await say('submit gibberish')).toBe('That is no repository.')
  })

  it('stops a person who has too much waiting', async () => {
    for (const n of [1, 2, 3]) await say(`submit https://git.example/${n}`)
    expect(await say('submit https://git.example/4')).toMatch(/You already have 3 submissions waiting/)
  })

  it('puts a private course’s threads into direct messages', async () => {
    await world.dispose()
    world = await createWorld({ course: { visibility: 'private' } })
    expect(await say('submit https://git.example/p')).toMatch(/direct message/)
    expect((await mine())[0]?.place.channel).toBe('@ada')
  })
})

describe('looking', () => {
  it('shows where live submissions are, with their place in line', async () => {
    await world.queued({ account: world.people.bob.id })
    await world.queued()
    await world.receive()
    const status = await say('status')
    expect(status).toMatch(/Waiting: 2nd in line, no estimate yet · git\.example\/ada\/project · just now/)
    expect(status).toMatch(/Received · git/)
  })

  it('shows everything about the submission of a thread', async () => {
    const id = await world.queued()
    const status = await say('status', { submission: id })
    expect(status).toContain(`Id: ${id}`)
    expect(status).toContain('Left out: .git, a.o, b.o and 1 more')
  })

  it('estimates from how long others ran', async () => {
    await world.queued()
    const run = await world.claim()
    await run.finish()
    await world.queued()
    expect(await say('queue')).toMatch(/1 submission waits, 0 run\.\n\w{8}: next in line, starts in a moment/)
  })

  it('lists what ended with verdict and duration', async () => {
    expect(await say('history')).toMatch(/Nothing submitted yet/)
    await world.queued()
    await (await world.claim()).finish()
    expect(await say('history')).toMatch(/: Succeeded in 1\.4s · git\.example\/ada\/project · just now/)
  })

  it('lists every limit, and what a role changes about them', async () => {
    expect(await say('limits')).toMatch(/Waiting at a time: 3 submissions(.|\n)*Time of a run: 1m(.|\n)*Memory: 2 GB/)
    expect(await say('limits')).toMatch(/Images: \S+(.|\n)*GPUs there are: none/)
    const capabilities = { architecture: 'amd64', gpus: [{ architecture: 'volta' }] }
    const announcement = { worker: 'w', host: 'h', queues: ['rai_amd64'], slots: 1, capabilities }
    await world.records.fleet.announce(announcement, 60_000)
    expect(await say('limits')).toMatch(/GPUs there are: 1 × volta/)
    expect(await say('limits', { as: 'tina' })).toMatch(/any number \(your role\)/)
  })

  it('says who somebody is', async () => {
    expect(await say('whoami')).toBe('You are ADA (ada)\ndemo: student')
    expect(await say('whoami', { as: 'nobody' })).toMatch(/does not know you here yet/)
  })

  it('shows the last lines of output', async () => {
    const id = await world.queued()
    const run = await world.claim()
    await run.print('one\ntwo\nthr')
    const { card } = await world.ask(`log ${id.slice(0, 8)}`)
    expect(card.tail).toEqual(['one', 'two', 'thr'])
  })

  it('gives the link to the whole log once there is one', async () => {
    const id = await world.queued()
    await (await world.claim()).finish()
    expect(await say('log')).toContain(`Whole log: https://store.example/log-${id}`)
  })

  it('signs links for the person and says when they end', async () => {
    const id = await world.queued()
    expect(await say(`link ${id}`)).toMatch(/has not ended yet/)
    await (await world.claim()).finish()
    expect(await say('link')).toContain(`Build folder: https://store.example/build-${id}`)
    expect(await say('link')).toContain('Its links work until 2030-01-01 00:00 UTC.')
  })
})

describe('who may see what', () => {
  it.each(['link', 'log', 'status', 'cancel', 'rerun'])('hides another person’s submission from "%s"', async (name) => {
    const id = await world.queued()
    await (await world.claim()).finish()
    expect(await say(`${name} ${id}`, { as: 'bob' })).toMatch(/There is no submission/)
    expect(await say(name, { as: 'bob', submission: id })).toMatch(/There is no submission/)
  })

  it('lets staff see and cancel any of their course', async () => {
    const id = await world.queued()
    expect(await say(`status ${id}`, { as: 'tina' })).toContain(id)
    expect(await say(`cancel ${id}`, { as: 'tina' })).toMatch(/^Cancelled: git\.example/)
    expect((await world.submissionOf(id)).cancelledBy).toBe(world.people.tina.id)
  })
})

describe('cancel and rerun', () => {
  it('ends what waits at once and what runs soon', async () => {
    await world.queued()
    expect(await say('cancel')).toMatch(/^Cancelled/)
    await world.queued()
    await world.claim()
    expect(await say('cancel')).toMatch(/^Cancelling/)
    expect(world.poke).toHaveBeenCalledTimes(2)
  })

  it('says that there is nothing to cancel', async () => {
    expect(await say('cancel')).toMatch(/nothing that waits or runs/)
  })

  it('runs the newest again as a child that costs no quota', async () => {
    const id = await world.queued()
    await (await world.claim()).finish()
    expect(await say('rerun')).toMatch(`Received: again ${id.slice(0, 8)}`)
    expect((await mine()).find(({ parent }) => parent === id)).toMatchObject({
      source: { kind: 'rerun', submission: id },
      submittedAt: Date.UTC(2026, 8, 1, 12),
    })
  })

  it('does not run again what never got its code', async () => {
    const id = await world.receive()
    expect(await say(`rerun ${id}`)).toMatch(/never had its code staged/)
  })
})

describe('which course', () => {
  const other = { ...demo, name: 'ece408', title: 'ECE 408' }
  const courses = (here: readonly (typeof demo)[]) => ({
    all: () => [demo, other],
    byName: (name: string) => [demo, other].find((course) => course.name === name),
    at: () => here,
  })

  async function inChannelOf(here: readonly (typeof demo)[]) {
    await world.dispose()
    world = await createWorld({ courses: courses(here) })
    await world.records.people.enrol(world.people.bob.id, { course: 'ece408', role: 'student' })
  }

  it('asks in a channel that belongs to no course', async () => {
    await inChannelOf([])
    expect(await say('submit https://git.example/p')).toBe(
      'This channel belongs to no course. Say which one you mean: `--course demo`.',
    )
    expect(await say('submit https://git.example/p --course demo')).toMatch(/^Received/)
  })

  it('asks in a channel of several courses', async () => {
    await inChannelOf([demo, other])
    expect(await say('queue', { as: 'bob' })).toMatch(/several courses.*`--course demo` or `--course ece408`/)
    expect(await say('queue --course ece409', { as: 'bob' })).toMatch(/Did you mean `ece408`/)
  })

  it('knows the only course of somebody who writes in private', async () => {
    await inChannelOf([demo])
    const direct = { place: { ...place, channel: '@ada' } }
    expect(await say('queue', direct)).toMatch(/^The queue/)
    expect(await say('queue', { ...direct, as: 'bob' })).toMatch(/`--course demo` or `--course ece408`/)
  })

  it('takes the course of the thread', async () => {
    await inChannelOf([demo, other])
    const id = await world.queued()
    expect(await say('status', { submission: id })).toContain(id)
  })

  it('tells a person of another course that they are not enrolled', async () => {
    await inChannelOf([other])
    expect(await say('queue')).toMatch(/not enrolled in ece408/)
  })
})

describe('help and mistakes', () => {
  it('lists every command', async () => {
    const { card } = await world.ask('')
    for (const name of commandNames) expect(card.fields.map(({ label }) => label.split(' ')[1])).toContain(name)
  })

  it('explains one command with its options', async () => {
    expect(await say('help submit')).toMatch(/--ref …: branch, tag or commit/)
  })

  it('names the nearest command', async () => {
    expect(await say('submitt x')).toMatch(/There is no command “submitt”. Did you mean `\/rai submit`\?/)
    expect(await say('xyzzy')).toMatch(/There is no command “xyzzy”\. `\/rai help`/)
  })

  it('answers a bug with an id, not with its text', async () => {
    Object.assign(world.context, { viewQueue: () => Promise.reject(new Error('password=hunter2')) })
    const answer = await say('queue')
    expect(answer).toMatch(/^Something went wrong on our side \(E-[2-9A-Z]{8}\)/)
    expect(answer).not.toContain('hunter2')
  })
})
