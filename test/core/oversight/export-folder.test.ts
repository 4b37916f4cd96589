import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { exportToFolder } from '../../../core/oversight/export-folder.ts'
import { final, measured } from '../../bots/measured.ts'
import { createMemoryStore } from '../../bots/memory-store.ts'
import { createWorld, demo, type World } from '../../bots/world.ts'

let world: World
let folder: string

beforeEach(async () => {
  world = await createWorld()
  folder = await mkdtemp(join(tmpdir(), 'rai-export-'))
})

afterEach(async () => {
  await world.dispose()
  await rm(folder, { recursive: true })
})

it('writes a table and an archive for each team, under names that stay in the folder', async () => {
  await measured(world, 'ada', 10)
  await measured(world, 'ada', 11, { team: '../red' })
  await measured(world, 'bob', 12, { team: 'red' })
  await measured(world, 'bob', 13, { team: 'red', assignment: 'hw1' })
  const store = createMemoryStore(new Map([['userdata/x.tar.gz', Buffer.from('code')]]))
  const files: string[] = []
  const course = { ...demo, assignments: [final] }
  const target = join(folder, 'term')
  await exportToFolder({
    ...world,
    store,
    course,
    assignment: 'final',
    folder: target,
    onFile: (path) => files.push(path),
  })
  expect((await readdir(target)).sort()).toEqual(['ada.tar', 'red-2.tar', 'red.tar', 'runs.csv'])
  expect(files).toHaveLength(4)
  expect((await readFile(join(target, 'runs.csv'), 'utf8')).trim().split('\r\n')).toHaveLength(4)
  const tar = await readFile(join(target, 'ada.tar'), 'latin1')
  expect([tar.includes('source.tar.gz'), tar.includes('code')]).toEqual([true, true])
})
