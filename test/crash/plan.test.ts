import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { botPhases, planOf, workerPhases } from './plan.ts'

async function sources(): Promise<string> {
  const names = await Promise.all(['core', 'bots', 'worker'].map((folder) => listOf(folder)))
  const texts = await Promise.all(names.flat().map((name) => readFile(name, 'utf8')))
  return texts.join('\n')
}

async function listOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

it('every phase is a place that the code still goes through, once', async () => {
  const code = await sources()
  for (const phase of [...botPhases, ...workerPhases]) {
    const message = /^(?:root|card|verdict|log)-(sending|posted|sent)$/.exec(phase)?.[1]
    const call = message === undefined ? `failpoint('${phase}')` : `failpoint(\`\${post.purpose}-${message}\`)`
    expect(code.split(call).length - 1, call).toBe(1)
  }
})

it('twenty schedules meet every kind of accident, and a hundred every phase', () => {
  const accidents = Array.from({ length: 100 }, (_, seed) => planOf(seed).accident)
  const kinds = accidents.slice(0, 20).map(({ kind }) => kind)
  expect(new Set(kinds)).toEqual(new Set(['kill', 'freeze', 'outage', 'mischief', 'full-disk']))
  const killed = accidents.flatMap((one) => (one.kind === 'kill' ? [one.at] : []))
  expect(new Set(accidents.slice(0, 25).flatMap((one) => (one.kind === 'outage' ? [one.part] : []))).size).toBe(5)
  expect(new Set(killed).size).toBeGreaterThan(9)
  expect(planOf(7)).toEqual(planOf(7))
})
