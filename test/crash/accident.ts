import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Failpoint } from '../../core/failpoint.ts'
import { codeOf } from '../../core/system-error.ts'
import { until } from '../support/until.ts'
import type { Accident, How, Part } from './plan.ts'
import type { Theatre } from './theatre.ts'

const patienceMs = 240_000

/** Says what is to happen where, before anything does. */
export async function arm({ orders, queue }: Theatre, accident: Accident): Promise<void> {
  if (accident.kind === 'mischief') return queue.play(accident)
  const action = accident.kind === 'kill' || accident.kind === 'freeze' ? accident.kind : 'hold'
  await writeFile(join(orders, accident.at), action)
}

/** Waits for it, and does the rest. Resolves when everything is in order again, but for what RAI has to mend. */
export async function meet(theatre: Theatre, accident: Accident, finished: () => Promise<unknown>): Promise<void> {
  if (accident.kind === 'mischief') return
  const pid = await reached(theatre, accident.at)
  if (accident.kind === 'kill') return replace(theatre, pid)
  if (accident.kind === 'freeze') return outlive(theatre, pid, finished)
  const mend = accident.kind === 'outage' ? strike(theatre, accident.part, accident.how) : fill(theatre)
  const undo = await mend
  await writeFile(join(theatre.orders, `${accident.at}.go`), '')
  await delay(accident.ms)
  await undo()
}

/** Which process got there. */
async function reached({ orders }: Theatre, at: Failpoint): Promise<number> {
  const file = join(orders, `${at}.reached`)
  await until(() => (existsSync(file) ? true : undefined), patienceMs)
  return Number(await readFile(file, 'utf8'))
}

async function replace(theatre: Theatre, pid: number): Promise<void> {
  const role = roleOf(theatre, pid)
  await theatre.cast[role].exited
  theatre.cast[role] = await start(theatre, role)
}

/** Another process takes over from one that stands still; then that one goes on as if nothing had been, and leaves. */
async function outlive(theatre: Theatre, pid: number, finished: () => Promise<unknown>): Promise<void> {
  const role = roleOf(theatre, pid)
  const frozen = theatre.cast[role]
  theatre.cast[role] = await start(theatre, role)
  try {
    await finished()
  } finally {
    process.kill(pid, 'SIGCONT')
    await frozen.end()
  }
}

function roleOf({ cast }: Theatre, pid: number): 'worker' | 'bot' {
  if (pid === cast.worker.pid) return 'worker'
  if (pid === cast.bot.pid) return 'bot'
  throw new Error(`process ${pid} is none of this theatre's`)
}

function start(theatre: Theatre, role: 'worker' | 'bot') {
  return role === 'worker' ? theatre.startWorker() : theatre.startBot()
}

/** Answers how to mend it. */
async function strike({ redis, queue, proxies }: Theatre, part: Part, how: How): Promise<() => Promise<void>> {
  if (part === 'redis') {
    if (how === 'hangs') {
      redis.pause()
      return async () => redis.resume()
    }
    await redis.kill()
    return () => redis.start()
  }
  if (part === 'queue') {
    queue.play({ copies: 1, lateMs: 0, lost: 0, down: true })
    return async () => queue.play(undefined)
  }
  const proxy = proxies[part]
  if (how === 'dead') proxy.cut()
  else if (how === 'hangs') proxy.freeze()
  else proxy.tear(how.tear)
  return async () => proxy.mend()
}

const chunk = Buffer.alloc(256 * 1024)

async function fill({ work }: Theatre): Promise<() => Promise<void>> {
  const file = join(work, 'full')
  for (let full = false; !full; ) {
    await writeFile(file, chunk, { flag: 'a' }).catch((error: unknown) => {
      full = codeOf(error) === 'ENOSPC'
      if (!full) throw error
    })
  }
  return () => rm(file)
}
