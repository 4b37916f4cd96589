import type { TestProject } from 'vitest/node'
import { ensurePackages, type WantedPackage } from '../../bin/machine/packages.ts'
import { messageOf } from '../../core/errors.ts'
import { compile } from './compile.ts'
import type { Services } from './service.ts'
import { dockerPackages, startDocker } from './services/docker.ts'
import { postgresPackages, startPostgres } from './services/postgres.ts'
import { radosgwPackages, startRadosgw } from './services/radosgw.ts'
import { startSqs } from './services/sqs.ts'

type Name = keyof Services

interface Started<Access> {
  readonly access: Access
  stop(): Promise<void>
}

/** Each as quick as it can be, all at once. Every one ends what it started itself when it fails. */
const starters: { readonly [N in Name]: () => Promise<Started<Services[N]>> } = {
  docker: () => startDocker(say),
  postgres: startPostgres,
  s3: () => startRadosgw(),
  sqs: startSqs,
}

const packages: { readonly [N in Name]: readonly WantedPackage[] } = {
  docker: dockerPackages,
  postgres: postgresPackages,
  s3: radosgwPackages,
  sqs: [],
}

/** What the tests use without a service that runs for all of them. */
const alwaysWanted: readonly WantedPackage[] = [
  { package: 'git', provides: 'git', why: 'fetch and serve repositories' },
  { package: 'redis-server', provides: 'redis-server', why: 'test the live log on a real Redis' },
  { package: 'util-linux', provides: 'setpriv', why: 'end servers together with the tests' },
  { package: 'util-linux', provides: 'prlimit', why: 'bound what git may write' },
  { package: 'xz-utils', provides: 'xz', why: 'make .tar.xz archives' },
]

/**
 * Installs and starts, once for all `*.real.test.ts`, what they talk to; what it returns ends it. A part that is
 * missing fails everything and is named: nothing is skipped. `RAI_TEST_SERVICES=docker,postgres` (or empty) starts
 * only those, for who works on one file.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const names = chosen(process.env.RAI_TEST_SERVICES)
  await ensurePackages([...alwaysWanted, ...names.flatMap((name) => packages[name])], say)
  await compile()
  const running = new Map<Name, Started<unknown>>()
  const failures: string[] = []
  await Promise.all(
    names.map(async (name) => {
      try {
        const start: () => Promise<Started<unknown>> = starters[name]
        running.set(name, await timed(name, start))
      } catch (error) {
        failures.push(`${name} did not start: ${messageOf(error)}`)
      }
    }),
  )
  const teardown = () => stopAll(running)
  if (failures.length > 0) {
    await teardown()
    throw new Error(failures.join('\n'))
  }
  project.provide('services', Object.fromEntries([...running].map(([name, { access }]) => [name, access])))
  return teardown
}

function chosen(list: string | undefined): readonly Name[] {
  if (list === undefined) return Object.keys(starters).filter(isName)
  const words = list.split(',').filter(Boolean)
  const unknown = words.filter((word) => !isName(word))
  if (unknown.length > 0) throw new Error(`RAI_TEST_SERVICES names no service of ours: ${unknown.join(', ')}`)
  return words.filter(isName)
}

function isName(word: string): word is Name {
  return Object.hasOwn(starters, word)
}

async function timed<T>(name: string, start: () => Promise<T>): Promise<T> {
  const before = performance.now()
  const result = await start()
  say(`${name} is up after ${((performance.now() - before) / 1000).toFixed(1)} s`)
  return result
}

/** All of them, also when one does not want to. */
async function stopAll(running: ReadonlyMap<Name, Started<unknown>>): Promise<void> {
  const outcomes = await Promise.allSettled([...running.values()].map((started) => started.stop()))
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [messageOf(outcome.reason)] : []))
  if (reasons.length > 0) throw new Error(`services did not end: ${reasons.join('; ')}`)
}

function say(line: string): void {
  process.stderr.write(`[services] ${line}\n`)
}
