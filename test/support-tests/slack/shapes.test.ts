import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadShapes } from '../../support/slack/shapes.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shapes-'))
  await mkdir(join(folder, 'api'))
  const sample = {
    ok: true,
    items: [
      { type: 'a', text: '' },
      { type: 'b', text: { text: '' } },
    ],
    open: {},
    any: null,
  }
  await writeFile(join(folder, 'api', 'x.json'), JSON.stringify(sample))
})

afterAll(() => rm(folder, { recursive: true }))

const deviations = (value: unknown) => loadShapes(folder).deviations('api', 'x', value)

test('what was seen fits, in any mixture, and so does what is missing or null', () => {
  expect(deviations({ ok: false, items: [{ text: { text: 'x' } }, { text: 'y', type: null }] })).toEqual([])
  expect(deviations({ open: { anything: 1 }, any: [1] })).toEqual([])
})

test('unknown keys and other types deviate, at their path', () => {
  expect(deviations({ ok: 'yes', items: [{ text: { txt: '' } }], more: 1 })).toEqual([
    'x.ok: string where only boolean was seen',
    'x.items[0].text.txt: never seen',
    'x.more: never seen',
  ])
})

test('what nothing describes is told apart from what fits', () => {
  expect(loadShapes(folder).deviations('api', 'y', {})).toBeUndefined()
})

test.skipIf(!loadShapes().present)(
  'the recordings of the real platform are there (skipped: ../shared/specs/slack is missing)',
  () => {
    expect(loadShapes().deviations('api', 'auth.test', { ok: true, user_id: 'U1' })).toEqual([])
    expect(loadShapes().deviations('api', 'auth.test', { ok: true, user_id: 1 })).toHaveLength(1)
  },
)
