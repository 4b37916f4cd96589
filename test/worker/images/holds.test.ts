import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHolds } from '../../../worker/images/holds.ts'

let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rai-holds-')), 'holds')
})

afterEach(() => rm(join(folder, '..'), { recursive: true }))

it('lets nobody remove what another one holds, by any of its names', () => {
  const [one, other] = [createHolds(folder), createHolds(folder)]
  const held = one.hold('gcc:13', ['gcc:13', 'sha256:a'])
  expect(other.mayRemove(['sha256:a', 'gcc:latest'])).toBeUndefined()
  expect(other.mayRemove(['gcc:12'])).toBeDefined()
  held.release()
  held.release()
  expect(other.mayRemove(['sha256:a'])).toBeDefined()
})

it('holds as often as it was asked to', () => {
  const holds = createHolds(folder)
  const [first, second] = [holds.hold('a', ['a']), holds.hold('a', ['a'])]
  first.release()
  expect(holds.mayRemove(['a'])).toBeUndefined()
  second.release()
  expect(holds.mayRemove(['a'])).toBeDefined()
})

it('makes whoever wants an image wait for the one that removes it', async () => {
  const [one, other] = [createHolds(folder), createHolds(folder)]
  const done = other.mayRemove(['gcc:13'])
  one.hold('gcc:13', ['gcc:13'])
  let settled = false
  const settling = one.settled(['gcc:13']).then(() => (settled = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(settled).toBe(false)
  done?.()
  await settling
})

it('does not count what a process that is gone had, and clears it away', async () => {
  const script = `
    const { createHolds } = await import(${JSON.stringify(new URL('../../../worker/images/holds.ts', import.meta.url))})
    createHolds(${JSON.stringify(folder)}).hold('gcc:13', ['gcc:13'])
    process.stdout.write('held')
    await new Promise(() => setInterval(() => undefined, 1000))`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  await once(child.stdout, 'data')
  const holds = createHolds(folder)
  expect(holds.mayRemove(['gcc:13'])).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const done = holds.mayRemove(['gcc:13'])
  expect(done).toBeDefined()
  done?.()
  expect(readdirSync(folder)).toEqual([])
})

it('counts what a process of another container holds', async () => {
  const holds = createHolds(folder)
  holds.hold('gcc:13', ['gcc:13']).release()
  holds.hold('gcc:13', ['gcc:13'])
  const [name = ''] = readdirSync(folder)
  await rm(join(folder, name))
  await writeFile(join(folder, name.replace(/\.held\.[0-9a-f]+-/, '.held.0123456789ab-')), '')
  expect(holds.mayRemove(['gcc:13'])).toBeUndefined()
})
