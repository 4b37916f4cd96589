import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect } from 'vitest'
import { findTraces, type Trace } from '../support/traces.ts'
import { until } from '../support/until.ts'
import { linesFile } from './build.ts'
import type { Target } from './target.ts'

/** What others have on the same host and in the same parts, while the attacks go on. */
export interface Scene {
  /** Nothing of it has changed, and nothing of an attack is left. */
  check(): Promise<void>
  /** Ends the bystander's job, which has to have gone on all the time. */
  leave(): Promise<void>
}

/** What a terminal may obey. Only the channel prints it, and nothing of a job's may pass there. */
const controls = /[^\P{Cc}\n\t]/u

/** The bystander says a number ten times a second, and whether its file is still its own. */
const bystanding =
  'echo mine > /build/canary; n=0; while [ "$(cat /build/canary)" = mine ]; do echo "tick $n"; n=$((n+1)); sleep 0.2; done; echo TOUCHED'

export async function setScene(target: Target): Promise<Scene> {
  const { installation, bot, submit } = target
  const folder = await mkdtemp(join(tmpdir(), 'rai-canary-'))
  await writeFile(join(folder, 'canary'), 'sings\n', { mode: 0o666 })
  const redis = new Redis(`redis://${target.redis}`)
  await redis.set('canary', 'sings')
  const other = await otherTeamsRun(target)
  const before = await look()
  const bystander = await submit(
    await installation.folder({ 'rai_build.yml': linesFile([bystanding], { time: '30m' }) }),
  )
  await until(async () => ((await stateOf(bystander)) === 'running' ? true : undefined), 60_000)

  async function stateOf(id: string) {
    return (await installation.records.lookup.byId(id))?.state
  }

  async function look() {
    const result = other.result
    return {
      file: await readFile(join(folder, 'canary'), 'utf8'),
      files: await readdir(folder),
      mode: (await stat(join(folder, 'canary'))).mode,
      key: await redis.get('canary'),
      record: await installation.records.lookup.byId(other.id),
      log: await target.log(result?.log?.key ?? ''),
      hostile: (await readdir(tmpdir())).filter((name) => name === 'hostile'),
    }
  }

  return {
    async check() {
      expect(await look()).toEqual(before)
      expect(await stateOf(bystander)).toBe('running')
      expect(bot.output().match(controls)).toBeNull()
      expect(target.worker.output()).not.toMatch(/"level":"?(fatal|60)/)
      await nothingIsLeft(target)
    },
    async leave() {
      bot.type(`/rai cancel ${bystander}`)
      const { verdict, result, attempt } = await installation.finished(bystander)
      const ticks = [...(await target.log(result?.log?.key ?? '')).matchAll(/^tick (\d+)$/gm)].map(([, n]) => Number(n))
      expect({ verdict, attempt }).toEqual({ verdict: 'cancelled', attempt: 1 })
      expect(ticks).toEqual(ticks.map((_, index) => index))
      redis.disconnect()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function otherTeamsRun({ installation, submit }: Target) {
  const lines = linesFile(['echo a secret of ours > /build/secret'])
  const id = await submit(await installation.folder({ 'rai_build.yml': lines }))
  return installation.finished(id)
}

/** Containers, mounts, processes and work folders that carry the id of a submission that is over. */
async function nothingIsLeft({ installation }: Target): Promise<void> {
  const isOver = async ({ id }: Trace) => (await installation.records.lookup.byId(id))?.state === 'finished'
  const left = async () => {
    const found = await findTraces()
    const over = await Promise.all(found.map(isOver))
    return found.filter((_, index) => over[index] === true)
  }
  await until(async () => ((await left()).length === 0 ? true : undefined), 60_000).catch(async () => {
    expect(await left()).toEqual([])
  })
}
