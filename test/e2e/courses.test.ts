import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Deployment, openDeployment } from '../../bin/compose/deployment.ts'
import { createTerminalRole, openTerminal, type TerminalRole } from '../../bin/compose/terminal-role.ts'
import { handleCommand } from '../../bots/commands/handle.ts'
import type { Terminal } from '../../bots/terminal/terminal.ts'
import { configFrom } from '../../core/config/parse.ts'
import type { Submission } from '../../core/records/submission.ts'
import { silent } from '../support/embedded.ts'
import { until } from '../support/until.ts'

const hour = 3_600_000
const clock = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

let home: string
let deployment: Deployment
let terminal: Terminal
let role: TerminalRole
let ending: AbortController
let running: Promise<void>
let printed: string

const write = async (name: string, text: string) => {
  await mkdir(dirname(join(home, name)), { recursive: true })
  await writeFile(join(home, name), text)
}

const applied = (due: number) => `name: ece408
channels: [terminal]
rate_limit: 0s
waiting_jobs: 100
late_tokens: 1
teams: { size: 2 }
assignments:
  final:
    due: ${clock(due)}
    late: { tokens: yes }
    build_file: final/rai_build.yml
    enforce_build_file: yes
    required_files: [report.pdf]
    image: rai/course:final
    limits: { time: 90s, memory: 1gb }
    quotas: [{ per: team, size: 2, refill: 8h }]
`

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rai-courses-'))
  printed = ''
  ending = new AbortController()
  await write('courses/applied.yml', applied(Date.now() - hour))
  await write('courses/final/rai_build.yml', 'commands:\n  build:\n    - make -f /src/Makefile grade\n')
  await write(
    'courses/systems.yml',
    `name: cs241\nchannels: [terminal]\nrate_limit: 0s\nassignments:\n  m1: { due: ${clock(Date.now() + 48 * hour)} }\n  m2: { opens: ${clock(Date.now() + 48 * hour)} }\n`,
  )
  await write('project/rai_build.yml', 'rai: { image: rai/course:local }\ncommands:\n  build:\n    - make mine\n')
  const input = { app: { name: 'rai', data_dir: join(home, 'data') }, courses: { files: ['courses/*.yml'] } }
  const config = configFrom({ ...input, terminal: { user: 'ada' } }, { home, cwd: home })
  deployment = await openDeployment({ config, log: silent, signal: ending.signal, serveLinks: false })
  await enrol('ada')
  const output = Object.assign(new PassThrough(), { columns: 200 })
  output.on('data', (bytes) => {
    printed += bytes
  })
  const stderr = new PassThrough()
  const io = {
    env: {},
    home,
    cwd: home,
    stdin: new PassThrough(),
    stdout: output,
    stderr,
    setExitCode: () => undefined,
  }
  terminal = openTerminal(deployment, io)
  role = await createTerminalRole(deployment, terminal, io)
  running = role.run(ending.signal)
})

afterEach(async () => {
  ending.abort()
  await running
  await deployment.close()
  await rm(home, { recursive: true, force: true })
})

async function enrol(username: string): Promise<string> {
  const { people } = deployment.records
  const account = await people.ensure({ username })
  for (const course of ['ece408', 'cs241']) await people.enrol(account.id, { course, role: 'student' })
  await people.link({ platform: 'terminal', workspace: `${hostname()}/${process.pid}`, user: username }, account.id)
  return account.id
}

/** What RAI answers; `as` somebody else who sits at the same terminal. */
async function ask(line: string, as = 'ada'): Promise<string> {
  const answer = await terminal.ask(line, (request) =>
    handleCommand(role.context, { ...request, identity: { ...request.identity, user: as } }),
  )
  const { title = '', text = [], fields = [] } = answer?.card ?? {}
  return [title, ...text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
}

async function newest(course: string): Promise<Submission> {
  const [found] = await deployment.records.lookup.history({ account: role.account, course }, 1)
  if (found === undefined) throw new Error('nothing was submitted')
  return found
}

const queued = (course: string) =>
  until(async () => {
    const submission = await newest(course)
    return submission.state === 'queued' || submission.state === 'finished' ? submission : undefined
  })

test('a channel of two courses asks which one is meant, and takes each one’s assignments', async () => {
  expect(await ask('/rai submit project')).toContain('`--course ece408` or `--course cs241`')
  expect(await ask('/rai submit project --assignment final --course cs241')).toContain('It has `m1`, `m2`.')
  expect(await ask('/rai submit project --assignment m2 --course cs241')).toContain('m2 opens on ')
  expect(await ask('/rai submit project --assignment m1 --course cs241')).toContain('Counts for m1: yes.')
  const { staged, standing, queue } = await queued('cs241')
  expect({ standing, queue }).toEqual({
    standing: { counts: true },
    queue: 'rai_amd64'.replace('amd64', queue.slice(4)),
  })
  expect(staged?.job.commands.map(({ text }) => text)).toEqual(['make mine'])
})

test('what is late costs tokens, lacks what it lacks, and runs by the course’s build file', async () => {
  const answer = await ask('/rai submit project --assignment Final --course ece408')
  expect(answer).toMatch(/Counts for final: yes\. It came 1h.* and costs 1 late token \(0 left\)\./)
  const withoutReport = await queued('ece408')
  expect(withoutReport.standing).toMatchObject({ counts: false, because: 'files' })
  expect(withoutReport.staged?.job).toMatchObject({
    buildFile: "the course's final/rai_build.yml",
    shownBuildFile: 'commands:\n  build:\n    - make -f /src/Makefile grade\n',
    image: 'rai/course:final',
    timeMs: 90_000,
    memoryBytes: 2 ** 30,
  })
  await until(() => (printed.includes('It has no report.pdf, which final requires.') ? true : undefined))
  await until(() => (printed.includes('- make -f /src/Makefile grade') ? true : undefined))
  await write('project/report.pdf', '%PDF')
  await ask('/rai submit project --assignment final --course ece408')
  expect((await queued('ece408')).standing).toMatchObject({ counts: true, lateTokens: 1 })
  expect(await ask('/rai submit project --assignment final --course ece408')).toContain('The next is possible on ')
  expect(await ask('/rai limits --course ece408')).toMatch(
    /final: due .*; 0 of 2 submissions left for the team, the next on .*\nLate tokens: 0 of 1 left/s,
  )
})

test('a deadline that is moved in the file holds from then on, and a broken file changes nothing', async () => {
  await write('courses/applied.yml', `${applied(Date.now() - hour)}nonsense: yes\n`)
  await write('courses/systems.yml', 'name: cs241\ntitle: Systems\nchannels: [terminal]\n')
  await write('courses/applied.yml', applied(Date.now() + hour))
  await until(() => (deployment.courses.byName('cs241')?.title === 'Systems' ? true : undefined))
  await write('project/report.pdf', '%PDF')
  expect(await ask('/rai submit project --assignment final --course ece408')).toContain('Counts for final: yes.')
  expect((await newest('ece408')).standing).toEqual({ counts: true })
})

test('a team shares its quota and its runs, and nobody else sees them', async () => {
  await enrol('bob')
  await enrol('eve')
  await write('project/report.pdf', '%PDF')
  const made = await ask('/rai team create primes --course ece408')
  expect(made).toContain('Your team is primes\nPeople: ada (1 of 2)')
  const code = /team join (\w+)/.exec(made)?.[1] ?? ''
  expect(await ask(`/rai team join ${code} --course ece408`, 'bob')).toContain('People: ada, bob (2 of 2)')
  expect(await ask(`/rai team join ${code} --course ece408`, 'eve')).toContain('That team is full')
  expect(await ask('/rai team create primes --course ece408', 'eve')).toContain('There is a team “primes” already.')
  await ask('/rai submit project --assignment final --course ece408')
  const { id } = await queued('ece408')
  expect(await ask('/rai history --course ece408', 'bob')).toContain(id.slice(0, 8))
  expect(await ask('/rai history --course ece408', 'eve')).toContain('Nothing submitted yet')
  expect(await ask(`/rai status ${id} --course ece408`, 'eve')).toContain('There is no submission')
  expect(await ask('/rai limits --course ece408', 'bob')).toContain('1 of 2 submissions left for the team')
  expect(await ask('/rai team leave --course ece408', 'bob')).toContain('so nobody joins or leaves it any more')
  expect(await ask('/rai team leave --course cs241', 'bob')).toContain('the instructors make the teams')
})
