import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DockerDaemon, runningDaemon, startDaemon } from '../../../bin/machine/dockerd.ts'
import { type Engine, sharedEngine } from '../../../bin/machine/engine.ts'
import { answers } from '../../../bin/machine/engine-probe.ts'

let folder: string
let daemon: DockerDaemon
let engines: Engine[]
const said: string[] = []

beforeEach(() => {
  folder = mkdtempSync('/run/rai-test-engine-')
  daemon = {
    socket: join(folder, 'docker.sock'),
    pidFile: join(folder, 'docker.pid'),
    stateFolder: join(folder, 'state'),
    extraArguments: [`--data-root=${join(folder, 'data')}`, `--exec-root=${join(folder, 'exec')}`],
  }
  engines = []
  said.length = 0
})

afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()))
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Engine> {
  const host = `unix://${daemon.socket}`
  const find = async () => ((await answers(host)) ? host : undefined)
  const engine = await sharedEngine({ daemon, find, say: (line) => said.push(line) })
  engines.push(engine)
  return engine
}

test('two starters at once share one engine, which the last of them ends', async () => {
  const [first, second] = await Promise.all([open(), open()])
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('starting one')
  expect([first.startedByUs, second.startedByUs]).toEqual([true, true])

  await first.stop()
  await first.stop()
  expect(await answers(second.host)).toBe(true)

  await second.stop()
  expect(await answers(second.host)).toBe(false)
  expect(runningDaemon(daemon)).toBeUndefined()
})

test('an engine that somebody else started is used and left running', async () => {
  const theirs = await open()
  const host = theirs.host
  const asForeign = { ...daemon, stateFolder: join(folder, 'elsewhere') }
  const engine = await sharedEngine({ daemon: asForeign, find: async () => host, say: (line) => said.push(line) })
  expect(engine.startedByUs).toBe(false)
  await engine.stop()
  expect(await answers(host)).toBe(true)
  expect(said).toHaveLength(1)
})

test('a dockerd that holds the pid file keeps its socket', async () => {
  const theirs = await open()
  const beside = { ...daemon, stateFolder: join(folder, 'elsewhere') }
  await expect(startDaemon(beside)).rejects.toThrow(/process \d+ is a dockerd that does not answer/)
  expect(await answers(theirs.host)).toBe(true)
})

test('a dockerd that cannot start is told with its own last lines', async () => {
  daemon = { ...daemon, extraArguments: ['--no-such-flag'] }
  await expect(open()).rejects.toThrow(/unknown flag: --no-such-flag/)
  expect(existsSync(join(daemon.stateFolder, 'started.pid'))).toBe(false)
  expect(readFileSync(join(daemon.stateFolder, 'dockerd.log'), 'utf8')).toContain('unknown flag')
})
