import { afterEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse } from './course.ts'

let course: Course

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

const quantile = (sorted: readonly number[], part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? 0
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

test('100 commands at once are each acknowledged long before 3 s, and each is answered', async () => {
  course = await openCourse({ course: permissive })
  const { slack } = course
  await course.start()
  const people = ['U1', 'U2', 'U3'].map((id) => slack.user(id))
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      people[index % 3]?.slash('/rai', `submit https://git.example/p${index}`, { channel: 'C1' }),
    ),
  )
  await slack.until(() => course.roots().length === 100, 60_000)
  const times = outcomes.map((outcome) => outcome?.ackMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  const report = { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: quantile(times, 1) }
  console.log(
    `acknowledged: ${JSON.stringify(report, (_, value) => (typeof value === 'number' ? Math.round(value) : value))} ms`,
  )

  expect(report.max).toBeLessThan(2_900)
  await slack.until(() => people.every((person) => person.ephemerals('C1').length >= 33), 60_000)
}, 120_000)

test('a restart in the middle of 50 live jobs goes on with every thread, and posts nothing twice', async () => {
  course = await openCourse({ course: permissive })
  const { world, slack } = course
  const first = await course.start({ threads: { leaseMs: 2_000 } })
  const runs = await manyRuns(50, () => 'C1')
  for (const run of runs) await run.print(`begun ${run.id}\n`)
  // Some roots are out, some are not, some answers are lost on the way.
  slack.fault('chat.postMessage', 'lost-answer', { times: 5 })
  await slack.until(() => slack.messages('C1').length >= 40)
  await first.stop()
  await course.start({ threads: { leaseMs: 2_000 } })
  for (const run of runs) await run.print('after the restart\n')
  for (const run of runs) await run.finish('succeeded', succeeded)

  await until(async () => {
    const owed = await world.records.lookup.owed({ platform: 'slack', workspace: slack.teamId }, 100)
    return owed.length === 0 ? true : undefined
  }, 60_000)
  expect(course.roots()).toHaveLength(50)
  for (const { ts, text } of course.roots()) {
    expect(text).toContain('Succeeded')
    expect(slack.thread('C1', ts)).toHaveLength(4)
    expect(JSON.stringify(slack.thread('C1', ts)[2]?.blocks)).toContain('after the restart')
  }
}, 120_000)

test('two processes share a workspace: one renders, and the other takes over when it ends', async () => {
  course = await openCourse({ course: permissive })
  const { slack } = course
  const both = await Promise.all([
    course.start({ threads: { leaseMs: 1_500 } }),
    course.start({ threads: { leaseMs: 1_500 } }),
  ])
  const runs = await manyRuns(6, () => 'C1')
  await slack.until(() => course.roots().length === 6, 20_000)
  await both[0].stop()
  for (const run of runs) await run.finish('succeeded', succeeded)
  await slack.until(() => course.roots().every(({ ts }) => slack.thread('C1', ts).length === 4), 30_000)

  expect(course.roots()).toHaveLength(6)
}, 120_000)
