import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createHealth, type HealthCheck } from '../../../bin/compose/health.ts'
import { diskCheck, engineCheck } from '../../../bin/compose/health-checks.ts'
import { removeDeadWork, removeOldWork } from '../../../bin/compose/health-clean.ts'

const silent = pino({ level: 'silent' })
const gigabyte = 1024 ** 3

function healthOf(...checks: HealthCheck[]) {
  const said: string[] = []
  const log = pino({}, { write: (line) => said.push(JSON.parse(line).msg) })
  return { said, health: createHealth({ checks, log, intervalMs: 10, limitMs: 50 }) }
}

test('an engine that fails stops claims, says so once, and claims go on when it is well again', async () => {
  let failure: string | undefined
  const check = async () => {
    if (failure !== undefined) throw new Error(failure)
  }
  const { health, said } = healthOf(engineCheck({ check }))
  await health.look()
  expect(health.mayClaim()).toBeUndefined()
  failure = 'connection\nrefused'
  await health.look()
  await health.look()
  expect(health.mayClaim()).toBe('engine: connection refused')
  expect(health.reasons()).toEqual(['engine: connection refused'])
  failure = undefined
  await health.look()
  expect(health.mayClaim()).toBeUndefined()
  expect(said).toEqual(['engine is not well; claiming no more', 'engine is well again; claiming again'])
})

test('an engine that hangs counts as failed, is not asked without end, and recovers when it answers', async () => {
  const answers: (() => void)[] = []
  const check = () => new Promise<void>((resolve) => answers.push(resolve))
  const { health } = healthOf(engineCheck({ check }))
  for (let round = 0; round < 6; round += 1) await health.look()
  expect(health.mayClaim()).toBe('engine: no answer within 0.05 seconds')
  expect(answers).toHaveLength(3)
  const looked = health.look()
  for (const answer of answers) answer()
  await looked
  expect(health.mayClaim()).toBeUndefined()
})

test('a failure that does not concern runs is a reason, and claims go on', async () => {
  const { health } = healthOf({ name: 'database', stopsClaims: false, problem: async () => 'down' })
  await health.look()
  expect(health.reasons()).toEqual(['database: down'])
  expect(health.mayClaim()).toBeUndefined()
})

test('each change is passed on once, and again where that failed', async () => {
  const told: (string | undefined)[] = []
  let failing = true
  let problem: string | undefined
  const onChange = async (_part: string, found: string | undefined) => {
    if (failing) throw new Error('no database')
    told.push(found)
  }
  const checks = [{ name: 'disk', stopsClaims: true, problem: async () => problem }]
  const health = createHealth({ checks, log: silent, intervalMs: 10, limitMs: 1_000, onChange })
  await health.look()
  failing = false
  await health.look()
  await health.look()
  problem = 'full'
  await health.look()
  await health.look()
  problem = undefined
  await health.look()
  expect(told).toEqual([undefined, 'full', undefined])
})

function disk(start: number, freed = 0) {
  let bytes = start
  let cleaned = 0
  const check = diskCheck({
    folders: ['/a', '/b', '/missing'],
    cleanBelow: 5 * gigabyte,
    stopBelow: gigabyte,
    clean: [
      async () => {
        throw new Error('cannot')
      },
      async () => {
        cleaned += 1
        bytes += freed
      },
    ],
    log: silent,
    free: async (folder) => (folder === '/missing' ? undefined : folder === '/a' ? bytes : 100 * gigabyte),
  })
  return { check, cleaned: () => cleaned }
}

test('a disk with room is left alone', async () => {
  const { check, cleaned } = disk(6 * gigabyte)
  expect(await check.problem()).toBeUndefined()
  expect(cleaned()).toBe(0)
})

test('a disk that gets full is cleaned up, and work goes on', async () => {
  const { check, cleaned } = disk(2 * gigabyte)
  expect(await check.problem()).toBeUndefined()
  expect(cleaned()).toBe(1)
})

test('a disk that stays full stops claims, with the folder, what is left and the limit', async () => {
  const { check } = disk(gigabyte / 2)
  expect(await check.problem()).toBe('only 512 MiB are free for /a, less than server.disk_stop (1 GiB)')
})

test('a disk that cleaning up helped is well', async () => {
  const { check } = disk(gigabyte / 2, gigabyte)
  expect(await check.problem()).toBeUndefined()
})

test('old work folders go; younger ones, and whatever is not ours, stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-clean-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const name of ['run-aaaaaa', 'run-bbbbbb', 'stage-cccccc', 'docker', 'run-mine-kept']) {
    await mkdir(join(folder, name))
    if (name !== 'run-bbbbbb') await utimes(join(folder, name), 1000, 1000)
  }
  expect(await removeOldWork(folder, 3_600_000)).toBe(2)
  expect((await readdir(folder)).sort()).toEqual(['docker', 'run-bbbbbb', 'run-mine-kept'])
  expect(await removeOldWork(join(folder, 'none'), 1)).toBe(0)
})

test('work folders whose lease is over go at once, those of a live attempt stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-clean-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [dead, live] = ['a'.repeat(24), 'b'.repeat(24)]
  const names = [
    `run-${dead}-1-aaaaaa`,
    `run-${live}-1-aaaaaa`,
    `run-${live}-2-aaaaaa`,
    `stage-${dead}-0-aaaaaa`,
    'docker',
  ]
  for (const name of names) await mkdir(join(folder, name))
  const isLive = async (submission: string, attempt: number) => submission === live && attempt === 2
  expect(await removeDeadWork(folder, 60_000, isLive)).toBe(0)
  expect(await removeDeadWork(folder, -1, isLive)).toBe(3)
  expect((await readdir(folder)).sort()).toEqual(['docker', `run-${live}-2-aaaaaa`])
})
