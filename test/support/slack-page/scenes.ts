import { bareResult } from '../../../core/records/json.ts'
import { enrolClass, keysDesk, startCourier } from '../../bots/delivering.ts'
import { gradedResult, gradedSource } from '../../bots/graded.ts'
import { final, measured } from '../../bots/measured.ts'
import { type Course, openCourse } from '../../bots/slack/course.ts'
import { succeeded } from '../../bots/world.ts'
import type { Scene } from '../pictures/scene.ts'
import type { Message } from '../slack/model.ts'
import { drawMessage, drawView } from './page.ts'

const names = { U1: 'Ada', U2: 'Bob', U3: 'Tina' }
const source = 'https://github.com/ada/vector-add'

const compilerOutput = [
  'nvcc -O2 -o vector-add main.cu',
  'main.cu(41): error: identifier "blockSize" is undefined',
  '    add<<<n / blockSize, blockSize>>>(a, b, c, n);',
  '             ^',
  '<!channel> ``` *bold* <@U3> & friends',
  '1 error detected in the compilation of "main.cu".',
]

/** What people see in the course of a day. */
export async function playScenes(): Promise<Scene[]> {
  const course = await openCourse()
  try {
    course.slack.channel('CSTAFF', { name: 'staff', members: ['U3'] })
    await course.start({ threads: { staffChannel: 'CSTAFF', staffPollMs: 50, staffPaceMs: 0 } })
    const live = await playLive(course)
    const failed = await playEnd(course)
    const rest = [await playStaff(course), await playPrivate(course), await playViews(course)]
    return [live, failed, ...rest, await playGraded()]
  } finally {
    await course.close()
  }
}

function thread({ slack }: Course, root: string): string {
  return drawAll(slack.thread('C1', root))
}

function drawAll(messages: readonly Message[]): string {
  return messages.map((message) => drawMessage(message, names)).join('')
}

async function playLive(course: Course): Promise<Scene> {
  const { slack, world } = course
  await slack.user('U1').slash('/rai', `submit ${source} main lab3`, { channel: 'C1' })
  await slack.until(() => course.replies().length === 1)
  const root = course.roots()[0]?.ts ?? ''
  const received = thread(course, root)
  await course.stage()
  await slack.until(() => JSON.stringify(course.replies()[0]?.blocks).includes('next in line'))
  const waiting = thread(course, root)
  const run = await world.claim()
  for (const line of compilerOutput.slice(0, 2)) await run.print(`${line}\n`)
  await slack.until(() => JSON.stringify(course.replies()[0]?.blocks).includes('blockSize'))
  const running = thread(course, root)
  for (const line of compilerOutput.slice(2)) await run.print(`${line}\n`)
  await run.finish('failed', {
    ...succeeded,
    sentence: '`make` ended with exit code 2.',
    commands: [{ text: 'make', exitCode: 2, durationMs: 1_900 }],
  })
  await slack.until(() => course.replies().length === 3)
  const panels = [
    { title: 'received', html: received },
    { title: 'waiting', html: waiting },
    { title: 'running', html: running },
    { title: 'failed', html: thread(course, root) },
  ]
  return { name: 'thread', panels }
}

async function playEnd(course: Course): Promise<Scene> {
  const { slack, world } = course
  await slack.user('U1').slash('/rai', `submit ${source}`, { channel: 'C1' })
  await slack.until(() => course.roots().length === 2)
  await course.stage()
  const run = await world.claim()
  await run.print('./vector-add 1048576\nmax error: 0.000000\n')
  await run.finish('succeeded', succeeded)
  await slack.until(() => course.replies().length === 3)
  const channel = slack.messages('C1').filter(({ thread_ts }) => thread_ts === undefined)
  return {
    name: 'succeeded',
    panels: [
      { title: '# lab', html: channel.map((message) => drawMessage(message, names)).join('') },
      { title: 'succeeded', html: thread(course, course.roots()[1]?.ts ?? '') },
    ],
  }
}

async function playStaff(course: Course): Promise<Scene> {
  const { slack, world } = course
  await slack.user('U1').slash('/rai', `submit ${source}`, { channel: 'C1' })
  await slack.until(() => course.roots().length === 3 && course.replies().length === 1)
  await course.stage()
  const sentence = 'The engine stopped answering, 5 times in a row.'
  await (await world.claim()).finish('system-error', bareResult(sentence, 'engine-failed', 'e-7f3a91c0'))
  await slack.until(() => course.roots('CSTAFF').length === 1 && course.replies().length >= 2)
  await world.records.alarms.raise({ host: 'gpu-3', name: 'disk' }, 'only 1.2 GiB are free for /var/lib/docker')
  await slack.until(() => course.roots('CSTAFF').length === 2)
  await world.records.operations.putAside({ queue: 'rai_amd64', problem: 'it is no JSON', body: '{' })
  await slack.until(() => course.roots('CSTAFF').length === 3)
  const [notice] = course.roots('CSTAFF')
  if (notice !== undefined) await slack.user('U3').click(notice, 'rai_take')
  await slack.until(() => JSON.stringify(course.roots()[2]?.blocks).includes('rai_release'))
  const notices = course.roots('CSTAFF').map((message) => drawMessage(message, names))
  return {
    name: 'staff',
    panels: [
      { title: '# staff', html: notices.join('') },
      { title: 'what the student sees', html: thread(course, course.roots()[2]?.ts ?? '') },
    ],
  }
}

async function playPrivate(course: Course): Promise<Scene> {
  const { slack } = course
  const ada = slack.user('U1')
  const asked = ['help', 'help submit', 'limits', 'history', 'whoami', 'frobnicate', 'submit http://x y z a']
  const before = ada.ephemerals('C1').length
  for (const [index, text] of asked.entries()) {
    await ada.slash('/rai', text, { channel: 'C1' })
    await slack.until(() => ada.ephemerals('C1').length === before + index + 1)
  }
  const shown = ada.ephemerals('C1')
  const titles = [...shown.slice(0, before).map(() => 'submit'), ...asked]
  const panels = shown.map((message, index) => ({ title: `/rai ${titles[index]}`, html: drawMessage(message, names) }))
  return { name: 'answers', panels }
}

async function playViews(course: Course): Promise<Scene> {
  const { slack } = course
  const ada = slack.user('U1')
  ada.openHome()
  await slack.until(() => ada.home() !== undefined)
  await ada.slash('/rai', 'submit', { channel: 'C1' })
  await slack.until(() => ada.view() !== undefined)
  const form = ada.view()
  await ada.submitView({ source, assignment: 'lab one' })
  await slack.until(() => JSON.stringify(ada.view()?.blocks).includes('cannot be the name'))
  const views = { Home: ada.home(), form, 'form again': ada.view() }
  const panels = Object.entries(views).flatMap(([title, view]) =>
    view === undefined ? [] : [{ title, html: drawView(view) }],
  )
  return { name: 'views', panels }
}

/** A course with a timed and graded assignment, and somebody new in it. */
async function playGraded(): Promise<Scene> {
  const course = await openCourse({ course: { assignments: [final] } })
  const { slack, world } = course
  slack.user('U20', { email: 'eve@example.edu' })
  await enrolClass(world, 'username,email,firstname,slack\neve,eve@example.edu,Eve,U20')
  const { bot } = await course.start({ serving: { context: { ...world.context, keys: keysDesk() } } })
  const courier = startCourier(world, bot)
  try {
    await slack.user('U1').slash('/rai', `submit ${source} --assignment final`, { channel: 'C1' })
    await slack.until(() => course.replies().length === 1)
    await course.stage(gradedSource)
    await (await world.claim()).finish('succeeded', gradedResult('All 12 cases *and* <!here> ``` more.'))
    await slack.until(() => course.replies().length === 3)
    await measured(world, 'bob', 398.2)
    await measured(world, 'tina', 1_250)
    await slack.user('U1').slash('/rai', 'ranking final', { channel: 'C1' })
    await slack.until(() => slack.user('U1').ephemerals('C1').length === 2)
    const keys = () => slack.messages(slack.directOf('U20'))
    await slack.until(() => keys().length === 1)
    const panels = [
      { title: 'graded', html: thread(course, course.roots()[0]?.ts ?? '') },
      { title: '/rai ranking final', html: drawAll(slack.user('U1').ephemerals('C1').slice(1)) },
      { title: 'keys', html: drawAll(keys()) },
    ]
    const [message] = keys()
    if (message !== undefined) await slack.user('U20').click(message, 'rai_reveal')
    await slack.until(() => slack.user('U20').ephemerals(slack.directOf('U20')).length === 1)
    const shown = slack.user('U20').ephemerals(slack.directOf('U20'))
    return { name: 'graded', panels: [...panels, { title: 'Reveal keys', html: drawAll(shown) }] }
  } finally {
    await courier.stop()
    await course.close()
  }
}
