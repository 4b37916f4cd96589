import { hostname } from 'node:os'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { bareResult } from '../../../core/records/json.ts'
import { type Embedded, openEmbedded, queueName } from '../../support/embedded.ts'
import { until } from '../../support/until.ts'
import { inFolder } from './operating.ts'

let parts: Embedded
let rai: ReturnType<typeof inFolder>

beforeEach(async () => {
  parts = await openEmbedded({ host: hostname() })
  onTestFinished(() => parts.close())
  rai = inFolder(parts.folder)
})

const claim = () =>
  parts.records.runs.claim({
    queue: queueName,
    worker: 'w',
    host: 'h',
    leaseMs: 60_000,
    choose: ({ waiting }) => waiting[0],
  })

async function claimed() {
  const run = await claim()
  if (run === undefined) throw new Error('nothing was claimed')
  return run
}

/** Dies as `system-error`. */
async function dead(): Promise<string> {
  const { id } = await parts.enqueue({ team: 'gophers', submittedAt: 1_700_000_000_000 })
  const { lease } = await claimed()
  await parts.records.runs.finish(lease, 'system-error', bareResult('Ours.', 'docker-failed', 'abcd1234'))
  return id
}

test('queue ls shows what waits and runs, and which queues are paused, by whom and why', async () => {
  await parts.enqueue()
  await claim()
  await parts.enqueue()
  await rai('pause', queueName, '--reason', 'new\u001b[31m disk')
  const { stdout, exitCode } = await rai('queue', 'ls')
  expect(stdout).toMatch(/^queue +staging +waiting +running +oldest +workers$/m)
  expect(stdout).toMatch(/^rai_amd64 +0 +1 +1 +\d+m?s +0 +paused by shell:\S+ since \S+Z: new disk$/m)
  expect(exitCode).toBe(0)
})

test('queue ls shows which workers live, and that a queue has none', async () => {
  expect((await rai('queue', 'ls')).stdout).toMatch(/^No worker lives: nothing starts\.$/m)
  const announce = (host: string, slots: number, queues: string[]) => {
    const capabilities = { architecture: 'amd64', gpus: [] }
    return parts.records.fleet.announce({ worker: `${host}/1/a`, host, queues, slots, capabilities }, 60_000)
  }
  await announce('node2', 1, [queueName, 'timing'])
  await announce('node1', 4, [queueName])
  await parts.enqueue({ queue: 'timing' })
  await parts.enqueue({ queue: 'nobody' })
  const { stdout } = await rai('queue', 'ls')
  expect(stdout).toMatch(/^rai_amd64 +0 +0 +0 +– +2$/m)
  expect(stdout).toMatch(/^timing +0 +1 +0 +\d+m?s +1$/m)
  expect(stdout).toMatch(/^nobody +0 +1 +0 +\d+m?s +0$/m)
  expect(stdout).toMatch(/^Workers that live: node1 \(4 slots\), node2 \(1 slot\)\.$/m)
})

test('pause stops claims, resume lets them go on, and both are in the audit trail', async () => {
  await parts.enqueue()
  expect((await rai('pause')).stdout).toBe('Nothing more starts in all queues. `rai resume` undoes this.\n')
  expect(await claim()).toBeUndefined()
  expect((await rai('queue', 'ls')).stdout).toMatch(/^All queues are paused by shell:\S+ since \S+Z\.\n/)
  expect((await rai('resume')).stdout).toBe('All queues may start work again.\n')
  expect(await claim()).toBeDefined()
  const trail = await parts.records.audit.ofSubject('*', 10)
  expect(trail.map(({ action }) => action)).toEqual(['queue.pause', 'queue.resume'])
})

test('resume says when there is nothing to resume, and what else is still paused', async () => {
  const { stderr, exitCode } = await rai('resume', queueName)
  expect(stderr).toBe('There is no pause of the queue rai_amd64. `rai queue ls` shows what is paused.\n')
  expect(exitCode).toBe(2)
  await rai('pause')
  await rai('pause', queueName)
  expect((await rai('resume')).stdout).toContain('Still paused: the queue rai_amd64.')
})

test('queue dead lists our failures with reason and error id, and messages nobody can read', async () => {
  expect((await rai('queue', 'dead')).stdout).toBe('Nothing has died.\n')
  const id = await dead()
  const message = await parts.records.operations.putAside({ queue: queueName, problem: 'no JSON', body: 'x\u001b[2J' })
  const { stdout } = await rai('queue', 'dead')
  expect(stdout).toMatch(
    new RegExp(`^${id} {2}\\S+Z {2}rai_amd64 {2}docker-failed {2}error abcd1234 {2}1 attempt, account ada$`, 'm'),
  )
  expect(stdout).toMatch(new RegExp(`^${message} .*invalid-message .* no JSON "x\\\\u001b\\[2J"$`, 'm'))
})

test('queue retry makes a child with the old submission time, whatever the quota says, and only once', async () => {
  const id = await dead()
  const { stdout, exitCode } = await rai('queue', 'retry', id.slice(0, 10))
  const [, child = ''] = /runs again as ([0-9a-f]{24}), with its old submission time/.exec(stdout) ?? []
  expect(exitCode).toBe(0)
  expect(await parts.records.lookup.byId(child)).toMatchObject({
    parent: id,
    submittedAt: 1_700_000_000_000,
    team: 'gophers',
    account: 'ada',
    queue: queueName,
    state: 'received',
    source: { kind: 'rerun', submission: id },
  })
  expect((await rai('queue', 'retry', id)).stdout).toBe(`${id} was retried before, as ${child}.\n`)
  expect((await rai('queue', 'dead')).stdout).toBe('Nothing has died.\n')
})

test('queue retry --all takes everything that is dead; a message only goes off the list', async () => {
  await dead()
  await dead()
  const message = await parts.records.operations.putAside({ queue: queueName, problem: 'no JSON', body: 'x' })
  const { stdout } = await rai('queue', 'retry', '--all')
  expect(stdout.match(/runs again as/g)).toHaveLength(2)
  expect(stdout).toContain(`${message} was a message without work in it`)
  expect((await rai('queue', 'dead')).stdout).toBe('Nothing has died.\n')
})

test('queue retry refuses what is not dead, what nobody knows, and nothing at all', async () => {
  const { id } = await parts.enqueue()
  expect((await rai('queue', 'retry', id)).stderr).toContain('is not dead but queued')
  expect((await rai('queue', 'retry', 'ffffffff')).stderr).toContain('Nothing dead has the id ffffffff')
  expect(await rai('queue', 'retry')).toMatchObject({ exitCode: 2, stderr: 'Name the ids to retry, or say --all.\n' })
})

test('queue drain waits for what runs, and leaves what waits in its place', async () => {
  await parts.enqueue()
  const { lease } = await claimed()
  const { id: waiting } = await parts.enqueue()
  const draining = rai('queue', 'drain', queueName)
  await until(async () => ((await parts.records.pauses.list()).length === 1 ? true : undefined))
  await parts.records.runs.finish(lease, 'succeeded', bareResult('Done.', 'done'))
  const { stdout } = await draining
  expect(stdout).toContain('Nothing runs any more. `rai resume rai_amd64` goes on.\n')
  expect(await parts.records.lookup.byId(waiting)).toMatchObject({ state: 'queued' })
})

test('queue drain --cancel asks the workers to cancel what runs', async () => {
  const { id } = await parts.enqueue()
  const { lease } = await claimed()
  const draining = rai('queue', 'drain', '--cancel')
  await until(async () => ((await parts.records.runs.cancelRequests('w')).includes(id) ? true : undefined))
  await parts.records.runs.finish(lease, 'cancelled', bareResult('Cancelled.', 'cancelled'))
  expect((await draining).stdout).toMatch(/Asked to cancel what runs: 1\.\n(1 still run\.\n)?Nothing runs any more\./)
})
