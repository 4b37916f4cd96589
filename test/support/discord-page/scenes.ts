import { bareResult } from '../../../core/records/json.ts'
import { enrolClass, keysDesk, startCourier } from '../../bots/delivering.ts'
import { type Course, openCourse } from '../../bots/discord/course.ts'
import { gradedResult, gradedSource } from '../../bots/graded.ts'
import { final, measured } from '../../bots/measured.ts'
import { succeeded } from '../../bots/world.ts'
import type { Message } from '../discord/model.ts'
import { buttonsOf, textOf } from '../discord/reading.ts'
import type { Scene } from '../pictures/scene.ts'
import { drawChoices, drawForm, drawMessage } from './page.ts'

const repo = 'https://github.com/ada/vector-add'
const esc = String.fromCharCode(27)

const compilerOutput = [
  'nvcc -O2 -o vector-add main.cu',
  `${esc}[1m${esc}[31mmain.cu(41): error:${esc}[0m identifier "blockSize" is undefined`,
  '    add<<<n / blockSize, blockSize>>>(a, b, c, n);',
  `             ${esc}[32m^${esc}[0m`,
  '@everyone ``` **bold** <@1> & friends',
  '1 error detected in the compilation of "main.cu".',
]

/** What people see in the course of a day. */
export async function playScenes(): Promise<Scene[]> {
  const course = await openCourse()
  try {
    const staff = course.server.channel('staff')
    await course.start({ threads: { staffChannel: staff.id, staffPollMs: 50, staffPaceMs: 0 } })
    const live = await playLive(course)
    const ended = await playEnd(course)
    const rest = [await playStaff(course, staff), await playPrivate(course), await playForms(course)]
    return [live, ended, ...rest, await playGraded()]
  } finally {
    await course.close()
  }
}

const draw = ({ discord }: Course, messages: readonly Message[]) =>
  messages.map((message) => drawMessage(message, discord.botUserId)).join('')

function thread(course: Course, root: Message): string {
  return `${draw(course, [root])}<div class="thread">${draw(course, course.replies(root))}</div>`
}

async function submit(course: Course, options: Record<string, string> = {}): Promise<Message> {
  const before = course.roots().length
  await course.ada.slash('rai', 'submit', { repo, ...options }, { channel: course.lab })
  await course.discord.until(() => course.roots().length > before && course.replies().length === 1)
  const root = course.roots().at(-1)
  if (root === undefined) throw new Error('no root')
  return root
}

async function playLive(course: Course): Promise<Scene> {
  const { discord, world } = course
  const root = await submit(course, { ref: 'main', assignment: 'lab3' })
  const says = (text: string) => discord.until(() => course.replies(root).map(textOf).join().includes(text))
  const panels = [{ title: 'received', html: thread(course, root) }]
  await course.stage()
  await says('next in line')
  panels.push({ title: 'waiting', html: thread(course, root) })
  const run = await world.claim()
  for (const line of compilerOutput.slice(0, 4)) await run.print(`${line}\n`)
  await says('blockSize')
  panels.push({ title: 'running', html: thread(course, root) })
  for (const line of compilerOutput.slice(4)) await run.print(`${line}\n`)
  await run.finish('failed', {
    ...succeeded,
    sentence: '`make` ended with exit code 2.',
    commands: [{ text: 'make', exitCode: 2, durationMs: 1_900 }],
  })
  await discord.until(() => course.replies(root).length === 3)
  panels.push({ title: 'failed', html: thread(course, root) })
  return { name: 'thread', panels }
}

async function playEnd(course: Course): Promise<Scene> {
  const root = await submit(course)
  await course.stage()
  const run = await course.world.claim()
  await run.print('./vector-add 1048576\nmax error: 0.000000\n')
  await run.finish('succeeded', succeeded)
  await course.discord.until(() => course.replies(root).length === 3)
  return {
    name: 'succeeded',
    panels: [
      { title: '# lab', html: draw(course, course.roots()) },
      { title: 'succeeded', html: thread(course, root) },
    ],
  }
}

async function playStaff(course: Course, staff: { readonly id: string; readonly name: string }): Promise<Scene> {
  const { records, claim } = course.world
  const notices = () => course.roots(staff)
  const root = await submit(course)
  await course.stage()
  await (await claim()).finish(
    'system-error',
    bareResult('The engine stopped answering, 5 times in a row.', 'engine-failed', 'e-7f3a91c0'),
  )
  await course.discord.until(() => notices().length === 1 && course.replies(root).length === 2)
  await records.alarms.raise({ host: 'gpu-3', name: 'disk' }, 'only 1.2 GiB are free for /var/lib/docker')
  await course.discord.until(() => notices().length === 2)
  await records.operations.putAside({ queue: 'rai_amd64', problem: 'it is no JSON', body: '{' })
  await course.discord.until(() => notices().length === 3)
  return {
    name: 'staff',
    panels: [
      { title: '# staff', html: draw(course, notices()) },
      { title: 'what the student sees', html: thread(course, root) },
    ],
  }
}

async function playPrivate(course: Course): Promise<Scene> {
  const { ada, discord, lab } = course
  const panels: { title: string; html: string }[] = []
  const ask = async (sub: string, options: Record<string, string> = {}) => {
    const outcome = await ada.slash('rai', sub, options, { channel: lab })
    await discord.until(() => outcome.message !== undefined && textOf(outcome.message) !== '')
    const html = outcome.message === undefined ? '' : draw(course, [outcome.message])
    panels.push({ title: ['/rai', sub, ...Object.values(options)].join(' '), html })
  }
  for (const sub of ['help', 'limits', 'history', 'whoami', 'queue']) await ask(sub)
  await ask('help', { command: 'submit' })
  await ask('submit', { repo: 'https://git.example/p', assignment: 'lab one!' })
  return { name: 'answers', panels }
}

async function playForms({ ada, lab }: Course): Promise<Scene> {
  const submitForm = await ada.slash('rai', 'submit', {}, { channel: lab })
  const form = submitForm.modal === undefined ? '' : drawForm(submitForm.modal)
  const suggested = await ada.autocomplete('rai', 'log', { focused: 'id', typed: '' }, { channel: lab })
  return {
    name: 'forms',
    panels: [
      { title: 'form', html: form },
      { title: 'suggestions for id:', html: drawChoices(suggested.choices ?? []) },
    ],
  }
}

/** A course with a timed and graded assignment, and somebody new in it. */
async function playGraded(): Promise<Scene> {
  const course = await openCourse({ course: { assignments: [final] } })
  const { ada, discord, lab, nobody, world } = course
  await enrolClass(world, `username,email,firstname,discord\neve,eve@example.edu,Eve,${nobody.id}`)
  const { bot } = await course.start({ serving: { context: { ...world.context, keys: keysDesk() } } })
  const courier = startCourier(world, bot)
  try {
    const root = await submit(course, { assignment: 'final' })
    await course.stage(gradedSource)
    await (await world.claim()).finish('succeeded', gradedResult('All 12 cases **and** @here ``` more.'))
    await discord.until(() => course.replies(root).length === 3)
    await measured(world, 'bob', 398.2)
    await measured(world, 'tina', 1_250)
    const board = await ada.slash('rai', 'ranking', { assignment: 'final' }, { channel: lab })
    await discord.until(() => board.message !== undefined && textOf(board.message).includes('ranking'))
    await discord.until(() => nobody.directs().length > 0)
    const [message] = nobody.directs()
    const panels = [
      { title: 'graded', html: thread(course, root) },
      { title: '/rai ranking final', html: board.message === undefined ? '' : draw(course, [board.message]) },
      { title: 'keys', html: draw(course, nobody.directs()) },
    ]
    const customId = message && buttonsOf(message)[0]?.customId
    if (message === undefined || customId === undefined) throw new Error('no button')
    const revealed = await nobody.click(message, customId)
    await discord.until(() => revealed.message !== undefined && textOf(revealed.message) !== '')
    const html = revealed.message === undefined ? '' : draw(course, [revealed.message])
    return { name: 'graded', panels: [...panels, { title: 'Reveal keys', html }] }
  } finally {
    await courier.stop()
    await course.close()
  }
}
