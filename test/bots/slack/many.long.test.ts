import { afterEach, expect, test } from 'vitest'
import { createSlackBudgets } from '../../../bots/slack/budgets.ts'
import { platformLimits } from '../../support/slack/limits.ts'
import { until } from '../../support/until.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse } from './course.ts'

let course: Course

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

const permissive = { waitingLimit: 1_000 }

async function manyRuns(count: number, place: (index: number) => string) {
  const { world, slack } = course
  const runs = []
  for (let index = 0; index < count; index += 1) {
    const channel = place(index)
    await world.queued({ place: { platform: 'slack', workspace: slack.teamId, channel } })
    runs.push(await world.claim())
  }
  return runs
}

/**
 * Everything four times as fast: what Slack allows in a minute it allows in a quarter of one. Faster still, a process that
 * stands still for half a second would be one that was late by many.
 */
const faster = 4
const scaled = ({ calls, perMs }: { calls: number; perMs: number }) => ({ calls, perMs: perMs / faster })

test('with 200 live jobs in 40 channels Slack never has to say no, and verdicts come first', async () => {
  const { tiers, channel } = platformLimits
  const limits = {
    tiers: {
      tier1: scaled(tiers.tier1),
      tier2: scaled(tiers.tier2),
      tier3: scaled(tiers.tier3),
      tier4: scaled(tiers.tier4),
      posting: scaled(tiers.posting),
    },
    channel: scaled(channel),
  }
  course = await openCourse({ course: permissive, slack: { limits } })
  const { slack, world } = course
  const clock = {
    now: () => performance.now() * faster,
    after: (ms: number, callback: () => void) => {
      const timer = setTimeout(callback, Math.ceil(ms / faster) + 1)
      return () => clearTimeout(timer)
    },
  }
  for (let index = 0; index < 40; index += 1) slack.channel(`C${100 + index}`, {})
  const bot = await course.start({ options: { budgets: createSlackBudgets({ clock }) } })
  const runs = await manyRuns(200, (index) => `C${100 + (index % 40)}`)
  await slack.until(() => slack.calls('chat.postMessage').length >= 400, 240_000)
  for (const run of runs) await run.print('line\n')
  const [last] = runs.slice(-1)
  if (last === undefined) throw new Error('no run')
  const finishedAt = performance.now()
  await last.finish('succeeded', succeeded)
  const deliveryOf = async () =>
    (await world.records.deliveries.ofSubmission(last.id)).find(
      ({ purpose, state }) => purpose === 'verdict' && state === 'sent',
    )
  await until(deliveryOf, 60_000)
  console.log(`a verdict among 200 live jobs: ${((performance.now() - finishedAt) / 1000).toFixed(1)} s`)

  expect(performance.now() - finishedAt).toBeLessThan(15_000)
  await bot.stop()
}, 500_000)
