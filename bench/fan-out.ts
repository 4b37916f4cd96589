import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { z } from 'zod'
import { openSlack } from '../bots/slack/slack.ts'
import { createFileLog } from '../core/log/file.ts'
import { createRecords } from '../core/records/records.ts'
import { openSqlite } from '../core/records/sqlite.ts'
import { platformLimits } from '../test/support/slack/limits.ts'
import type { SlackStandIn } from '../test/support/slack/stand-in.ts'
import { startSlack } from '../test/support/slack/start.ts'
import type { Bench, BenchContext, Finding } from './bench.ts'
import { meanLineAgeMs, print, runInThreads } from './fan-out/threads.ts'
import { spreadOf } from './spread.ts'

const channels = 25
const minuteMs = 60_000

/** What hundreds of live threads cost one bot process, and how fresh they are. */
export const fanOut: Bench = {
  name: 'fan-out',
  title: 'Fan-out: live threads on one bot process, ten lines a second each',
  async run(context) {
    const findings: Finding[] = []
    for (const threads of context.size === 'quick' ? [10, 50] : [10, 100, 500]) {
      context.say(`  ${threads} threads`)
      findings.push(...(await measure(context, threads)))
    }
    return findings
  },
}

async function measure(context: BenchContext, threads: number): Promise<Finding[]> {
  const folder = join(context.folder, String(threads))
  await mkdir(folder)
  const paths = { database: join(folder, 'rai.db'), logs: join(folder, 'logs') }
  const records = createRecords(await openSqlite({ path: paths.database, host: hostname() }))
  const logs = createFileLog({ root: paths.logs, expireMs: 3_600_000 })
  const { slack, limit } = await startUnlimited()
  const ending = new AbortController()
  try {
    const places = Array.from({ length: threads }, (_, index) => `C${100 + (index % channels)}`)
    for (const channel of new Set(places)) slack.channel(channel, {})
    const ids = await runInThreads(records, await chatOf(slack), places)
    limit()
    const bot = startBot(paths, slack)
    const before = await usageOf(bot)
    const printing = print(logs, ids, ending.signal)
    const seen = await watch(context, { slack, bot, threads })
    ending.abort()
    await printing
    await endBot(bot)
    return findingsOf(threads, seen, before)
  } finally {
    ending.abort()
    await logs.close()
    await records.close()
    await slack.close()
  }
}

/** Nothing is limited until the threads are there: posting hundreds of messages takes the platform minutes. */
async function startUnlimited() {
  const free = { calls: Number.POSITIVE_INFINITY, perMs: minuteMs }
  const channel = { ...free }
  const rates: Record<string, typeof free> = { 'chat.postMessage': free, 'chat.update': free }
  const slack = await startSlack({ limits: { channel, rates } })
  const limit = () => {
    Object.assign(channel, platformLimits.channel)
    for (const method of Object.keys(rates)) delete rates[method]
  }
  return { slack, limit }
}

async function chatOf({ botToken, apiUrl, appToken }: SlackStandIn) {
  const logger = pino({ level: 'error' }, pino.destination(2))
  return (await openSlack({ botToken, transport: { kind: 'socket', appToken }, apiUrl, accepted: [], logger })).chat
}

function startBot({ database, logs }: { database: string; logs: string }, { apiUrl, botToken }: SlackStandIn) {
  return fork(join(import.meta.dirname, 'fan-out', 'bot.ts'), [database, logs, apiUrl, botToken])
}

async function endBot(bot: ChildProcess): Promise<void> {
  const exited = once(bot, 'exit')
  bot.send('end')
  await exited
}

const usageSchema = z.object({ cpuMs: z.number(), rss: z.number() })
type Usage = z.infer<typeof usageSchema>

async function usageOf(bot: ChildProcess): Promise<Usage> {
  const [message] = await Promise.race([once(bot, 'message'), once(bot, 'exit')])
  return usageSchema.parse(message)
}

interface Seen {
  readonly updates: number
  readonly throttles: number
  /** Of each update, how old the newest line in it was. */
  readonly lagsMs: readonly number[]
  readonly forMs: number
  readonly cpuMs: number
  readonly rss: number
}

interface Watched {
  readonly slack: SlackStandIn
  readonly bot: ChildProcess
  readonly threads: number
}

async function watch(context: BenchContext, { slack, bot, threads }: Watched): Promise<Seen> {
  const isLive = () => slack.calls('chat.update').some(({ args }) => JSON.stringify(args).includes(' at '))
  await slack.until(isLive, 60_000)
  const ask = async () => {
    bot.send('usage')
    return await usageOf(bot)
  }
  const first = await ask()
  const from = slack.calls('chat.update').length
  const begun = performance.now()
  const minutes = context.size === 'quick' ? 1 : context.size === 'full' ? Math.max(2, Math.ceil(threads / 40)) : 2
  await delay(minutes * minuteMs)
  const forMs = performance.now() - begun
  const last = await ask()
  const updates = slack.calls('chat.update').slice(from)
  const throttles = slack.failures().filter(({ kind }) => kind === 'throttled').length
  const lagsMs = updates.flatMap(({ args, at }) => {
    const lines = [...JSON.stringify(args).matchAll(/line \d+ at (\d+)/g)]
    return lines.length === 0 ? [] : [at - Math.max(...lines.map(([, text]) => Number(text)))]
  })
  return { updates: updates.length, throttles, lagsMs, forMs, cpuMs: last.cpuMs - first.cpuMs, rss: last.rss }
}

/** What a thread shows is on average half the time between two updates old, and as old as its lines were by then. */
function findingsOf(threads: number, seen: Seen, before: Usage): Finding[] {
  const one = (value: number) => spreadOf([value])
  const staleness = (updatesPerMinute: number) => (threads / updatesPerMinute) * 30
  const perMinute = (seen.updates / seen.forMs) * minuteMs
  const allowed = platformLimits.tiers.tier3.calls
  const lags = spreadOf(seen.lagsMs.map((ms) => ms / 1_000))
  const of = `${threads} threads`
  return [
    {
      measure: `${of}: throttled calls`,
      unit: 'calls',
      ours: one(seen.throttles),
      goal: { kind: 'at most', value: 0 },
    },
    {
      measure: `${of}: mean staleness`,
      unit: 's',
      ours: one(staleness(perMinute) + lags.median),
      floor: one(staleness(allowed) + meanLineAgeMs / 1_000),
      floorIs: `the ${allowed} updates a minute that the platform allows, evenly, each with the newest line`,
      goal: { kind: 'at most', value: 1.1 },
      note: `${perMinute.toFixed(1)} updates a minute`,
    },
    { measure: `${of}: age of the newest line when shown`, unit: 's', ours: lags },
    { measure: `${of}: CPU a thread`, unit: 'ms/s', ours: one(((seen.cpuMs / seen.forMs) * 1_000) / threads) },
    { measure: `${of}: memory a thread`, unit: 'MiB', ours: one((seen.rss - before.rss) / threads / 2 ** 20) },
  ]
}
