import { afterEach, beforeEach, expect, test } from 'vitest'
import { bareResult } from '../../../core/records/json.ts'
import { createWorld, type World } from '../world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.dispose())

const say = async (text: string, as = 'tina') => {
  const { card } = await world.ask(text, { as })
  return [card.title, ...card.text].join(' ')
}

test('staff take a thread over, others see who has it, and it is on record', async () => {
  const id = await world.queued()
  expect(await say(`take ${id}`)).toContain('You look after git.example/ada/project')
  expect(await say(`take ${id}`)).toContain('You look after')
  const { card } = await world.ask(`status ${id}`)
  expect(card.fields).toContainEqual({ label: 'Looked after by', value: 'TINA' })
  expect(await say(`release ${id}`)).toContain('Nobody looks after')
  expect(await say(`release ${id}`)).toContain('Nobody has taken')
  const rows = await world.records.audit.ofSubject(id, 9)
  expect(rows.map(({ action }) => action)).toEqual(['submission.take', 'submission.take', 'submission.release'])
  expect(rows[2]).toMatchObject({ actor: world.people.tina.id, detail: { from: world.people.tina.id } })
})

test('a thread that somebody has is not taken from them unseen', async () => {
  const id = await world.queued()
  await world.records.people.enrol(world.people.bob.id, { course: 'demo', role: 'ta' })
  await say(`take ${id}`, 'bob')
  expect(await say(`take ${id}`)).toBe(
    'BOB looks after this thread already. Talk to them, or free it with `/rai release` and take it then.',
  )
})

test.each(['take', 'release', 'retry'])('%s is for staff, and needs to know which', async (command) => {
  const id = await world.queued()
  expect(await say(`${command} ${id}`, 'ada')).toContain('Only the course staff')
  expect(await say(command)).toContain(`Say which one: \`/rai ${command} ID\``)
})

test('what failed through our fault runs again in its owner’s name and place, once', async () => {
  const id = await world.queued()
  await (await world.claim()).finish('system-error', bareResult('The engine broke.', 'engine-failed'))
  const place = { platform: 'terminal', workspace: 'here', channel: 'staff' } as const
  const first = await world.ask('retry', { as: 'tina', submission: id, place })
  expect(first.card.title).toBe('Running again: git.example/ada/project')
  expect(await say(`retry ${id}`)).toContain('Already running again')
  const [again, more] = await world.records.lookup.history({ account: world.people.ada.id }, 5)
  expect(again).toMatchObject({ parent: id, place: { channel: 'class' } })
  expect(more?.id).toBe(id)
  expect(await world.records.audit.ofSubject(id, 9)).toMatchObject([{ action: 'submission.retry' }])
})

test('what ended as the student’s own result is not run again in their name', async () => {
  const id = await world.queued()
  await (await world.claim()).finish('failed')
  expect(await say(`retry ${id}`)).toMatch(/is not dead|did not fail|failed/)
})
