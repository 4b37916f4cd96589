import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { testImage } from '../support/images.ts'
import { service } from '../support/service.ts'
import { until } from '../support/until.ts'
import { createInstallation, type Installation } from './installation.ts'
import type { RaiProcess } from './rai-process.ts'

const hour = 3_600_000
const clock = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
const slow = { timeout: 400_000 }

const answer = '2 3 5 7\n'

/** What the staff have beside the course file. */
const staffFiles = {
  'rai_build.yml': stringify({ rai: { version: 0.2, image: testImage }, commands: { build: ['sh /src/answer.sh'] } }),
  'expected.txt': answer,
  'grade.sh': `score=0
cmp -s "$RAI_SUBMISSION_DIR/result.csv" /src/expected.txt && score=100
echo "expected: $(cat /src/expected.txt)"
echo "{\\"score\\": $score}" > /build/grade.json
`,
}

const courseFile = (staff: string) =>
  stringify({
    ...{ name: 'ece408', channels: ['terminal'], rate_limit: '0s', waiting_jobs: 50 },
    assignments: {
      final: {
        due: clock(Date.now() - hour),
        build_file: join(staff, 'rai_build.yml'),
        enforce_build_file: true,
        required_files: ['report.pdf'],
        timing: { repetitions: 2, take: 'minimum', of: 'all-commands' },
        grading: { commands: ['sh /src/grade.sh'], files: staff, artefacts: ['result.csv'], time: '1m' },
        ranking: { metric: 'time', order: 'ascending', valid_score: 50, pseudonyms: true },
      },
    },
  })

let installation: Installation
let courses: string

beforeAll(async () => {
  courses = await mkdtemp(join(tmpdir(), 'rai-term-'))
  const files = [join(courses, 'ece408.yml')]
  installation = await createInstallation({ docker: { host: service('docker').host }, courses: { files } })
  await writeFile(join(courses, 'ece408.yml'), courseFile(await installation.folder(staffFiles)))
  await installation.startWorker()
}, 300_000)

afterAll(async () => {
  await installation?.close()
  await rm(courses, { recursive: true, force: true })
})

interface Seat {
  readonly process: RaiProcess
  /** Types a command, and answers what is printed until this is. */
  ask(line: string, awaited: RegExp): Promise<string>
}

/** A class channel; without a username, whoever sits there is an instructor. */
async function sitDown(username?: string, team?: string): Promise<Seat> {
  const process = await installation.startBot()
  const { people } = installation.records
  if (username !== undefined) {
    const { id } = await people.ensure({ username })
    await people.enrol(id, { course: 'ece408', role: 'student', ...(team === undefined ? {} : { team }) })
    const { user } = installation.config.terminal
    await people.link({ platform: 'terminal', workspace: `${hostname()}/${process.pid}`, user }, id)
  }
  return {
    process,
    ask: async (line, awaited) => {
      const from = process.output().length
      process.type(line)
      await process.matches(awaited, from)
      return process.output().slice(from)
    },
  }
}

async function submit({ ask }: Seat, source: string) {
  const said = await ask(`/rai submit ${source} --assignment final`, /Counts for final: (yes|no)[^\n]*\n/)
  const [, prefix = ''] = /Its id is ([0-9a-f]+)/.exec(said) ?? []
  const [submission] = await installation.records.lookup.byPrefix(prefix, 1)
  if (submission === undefined) throw new Error(`no submission begins with ${prefix}`)
  return { said, run: await installation.finished(submission.id) }
}

const linkIn = (text: string, name: string) => new RegExp(`http://\\S*${name}\\S*`).exec(text)?.[0] ?? ''

test('a whole course, from a late submission to the end of the term', slow, async () => {
  const project = await installation.folder({
    'rai_build.yml': stringify({ rai: { version: 0.2, image: testImage }, commands: { build: ['false'] } }),
    'answer.sh': `printf '${answer.trim()}\\n' > result.csv\n`,
    'report.pdf': '%PDF',
  })
  const [ada, eve, staff] = [await sitDown('ada', 'primes'), await sitDown('eve', 'owls'), await sitDown()]

  const late = await submit(ada, project)
  expect(late.said).toMatch(/Counts for final: no.*after the deadline/)
  expect(late.run).toMatchObject({
    ...{ verdict: 'succeeded', team: 'primes', standing: { counts: false, because: 'late' } },
    result: { grade: { passed: true, score: 100 }, measured: { timesMs: [expect.any(Number), expect.any(Number)] } },
  })
  await ada.process.says('Passed with 100 points.')
  await ada.ask('/rai ranking final', /does not count/)
  await staff.ask(`/rai staff accept ${late.run.id} the bot was down`, /counts for final/)
  await ada.ask('/rai ranking final', /1\. \S+ \S+ \d\d \(you\)/)

  await staff.ask('/rai staff extend final primes 3h the network was down', /primes has until .* for final/)
  const intime = await submit(ada, project)
  expect(intime.said).toContain('Counts for final: yes')
  expect(intime.run.verdict).toBe('succeeded')

  const board = await eve.ask('/rai ranking final', /2 runs/)
  expect(board).not.toContain('primes')
  await eve.ask(`/rai status ${late.run.id}`, /There is no submission/)
  await eve.ask('/rai history', /Nothing submitted yet/)
  await eve.ask('/rai staff runs', /this is for the course staff/)

  const mine = await ada.ask(`/rai link ${late.run.id}`, /log-\S+/)
  expect(mine).not.toMatch(/grading/)
  const printed = await (await fetch(linkIn(mine, 'log-'))).text()
  expect(printed).not.toContain('expected:')
  const all = await staff.ask(`/rai staff result ${late.run.id}`, /grading\.txt: http\S+\n/)
  expect(await (await fetch(linkIn(all, 'grading'))).text()).toContain(`expected: ${answer.trim()}`)

  const [, batch = ''] = /batch ([0-9a-f]{8})/.exec(await staff.ask('/rai staff rerun-finals final', /batch \w+/)) ?? []
  const again = await until(async () => {
    const { records } = installation
    const [run] = await records.runList.newest({ course: 'ece408', state: 'finished' }, 1)
    return run?.priority === 'batch' ? run : undefined
  }, 240_000)
  expect(again).toMatchObject({ parent: intime.run.id, team: 'primes', verdict: 'succeeded' })
  await staff.ask(`/rai staff batch ${batch}`, /1 of 1 ended \(1 well\)/)

  const table = await staff.ask('/rai staff export final', /http\S+\n/)
  expect(await (await fetch(linkIn(table, ''))).text()).toMatch(/"primes","ada".*"yes"/)
  const exporting = await installation.startProcess('export', 'ece408/final', 'out')
  expect(await exporting.exited, exporting.output()).toBe(0)
  const out = join(installation.config.app.data_dir, '..', 'out')
  expect((await readdir(out)).sort()).toEqual(['primes.tar', 'runs.csv'])
  const tar = (await readFile(join(out, 'primes.tar'))).toString('latin1')
  expect(tar).toContain(`${late.run.id}/source.tar.gz`)
  expect(tar).not.toContain('grading.txt')

  await staff.ask('/rai staff archive yes', /is over/)
  await ada.ask(`/rai submit ${project} --assignment final`, /it takes nothing more/)
  const shell = await installation.startProcess('submit', project, '--assignment', 'final')
  expect(await shell.exited).toBe(2)
  expect(shell.output()).toContain('it takes nothing more')
})
