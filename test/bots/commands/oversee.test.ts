import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../../bots/card.ts'
import { staffVerbs } from '../../../bots/commands/staff.ts'
import { final, measured } from '../measured.ts'
import { createWorld, succeeded, type World } from '../world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld({ course: { assignments: [final], timeZone: 'America/Chicago' } })
  await world.records.people.enrol(world.people.bob.id, { course: 'demo', role: 'student', team: 'red' })
  const ina = await world.records.people.ensure({ username: 'ina' })
  await world.records.people.enrol(ina.id, { course: 'demo', role: 'instructor' })
  await world.records.people.link({ platform: 'terminal', workspace: 'here', user: 'ina' }, ina.id)
})

afterEach(() => world.dispose())

const textOf = ({ title, text, fields }: Card) =>
  [title, ...text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
const say = async (text: string, as = 'tina') => textOf((await world.ask(text, { as })).card)
const short = (id: string) => id.slice(0, 8)

describe('who may', () => {
  it.each(staffVerbs)('a student may not use “%s”', async (verb) => {
    expect(await say(`staff ${verb} x y z`, 'ada')).toMatch('this is for the course staff')
  })

  it.each(['export', 'archive yes', 'delete ada yes'])('a TA may not use “%s”', async (words) => {
    expect(await say(`staff ${words}`)).toMatch('this is for the instructors')
  })

  it('lists everything to staff, and says what a typing error may have meant', async () => {
    expect(await say('staff')).toMatch(/\/rai staff runs .*: Every run/)
    expect(await say('staff runz')).toMatch('Did you mean `/rai staff runs`?')
  })

  it('writes down who did what', async () => {
    await say('staff runs')
    expect(await world.records.audit.ofSubject('demo', 5)).toMatchObject([
      { actor: world.people.tina.id, action: 'staff.runs' },
    ])
  })
})

describe('runs and errors', () => {
  it('lists runs with filters', async () => {
    const one = await measured(world, 'ada', 10)
    const other = await measured(world, 'bob', 20, { team: 'red' })
    expect(await say('staff runs')).toMatch(/^2 runs of Demo course\n2 succeeded\./)
    expect(await say('staff runs red')).toMatch(new RegExp(`^1 run .*\\n.*\\n${short(other)}: Succeeded · red · final`))
    expect(await say('staff runs ada --verdict succeeded')).toMatch(`${short(one)}: Succeeded · ada`)
    expect(await say('staff runs --verdict failed')).toMatch('Nothing matches.')
    expect(await say('staff runs --verdict faild')).toMatch('Did you mean `failed`?')
    expect(await say('staff runs nobody')).toMatch('no person and no team “nobody”')
  })

  it('says who met the same first error', async () => {
    for (const [who, file, name] of [
      ['ada', '/src/main.c', 'x'],
      ['bob', 'main.c', 'y'],
      ['ada', 'main.c', 'z'],
    ] as const) {
      await world.queued({ account: world.people[who].id })
      const firstError = { file, line: 3, message: `‘${name}’ undeclared` }
      await (await world.claim()).finish('failed', { ...succeeded, firstError })
    }
    expect(await say('staff errors')).toMatch(/2 people: main\.c: ‘x’ undeclared · 3 runs: ada, bob/)
  })
})

describe('anybody’s code and results', () => {
  it('are private links, signed on the spot', async () => {
    const id = await measured(world, 'ada', 10)
    expect(await say(`staff source ${id}`)).toMatch('is not kept')
    world.objects.set('userdata/x.tar.gz', Buffer.from('code'))
    world.objects.set('userdata/log-x.txt', Buffer.from('log'))
    const { card, private: alone } = await world.ask(`staff source ${id}`, { as: 'tina' })
    expect([alone, textOf(card)]).toEqual([true, expect.stringContaining(`${short(id)}-source.tar.gz`)])
    const result = await say(`staff result ${id}`)
    expect(result).toMatch('log.txt: https://store.example/userdata/log-x.txt')
    expect(result).not.toMatch('build.tar.gz')
  })

  it('show staff what grading printed, and nobody else', async () => {
    const gradingLog = { key: 'userdata/grading-x.txt', bytes: 4 }
    const id = await measured(world, 'bob', 10, { team: 'red' }, { gradingLog })
    for (const key of ['userdata/x.tar.gz', gradingLog.key]) world.objects.set(key, Buffer.from('text'))
    expect(await say(`staff result ${id}`)).toMatch(`grading.txt: https://store.example/${gradingLog.key}`)
    for (const line of [`link ${id}`, `status ${id}`, 'history', 'ranking final']) {
      expect(await say(line, 'bob')).not.toMatch(/grading-x|grading\.txt/)
    }
    await say('staff export final red', 'ina')
    const tar = [...world.objects].find(([key]) => key.startsWith('exports/'))?.[1]
    expect(await namesIn(tar ?? Buffer.alloc(0))).toEqual([`${id}/source.tar.gz`])
  })

  it('have notes that only staff see', async () => {
    const id = await measured(world, 'ada', 10)
    expect(await say(`staff note ${id} looks like team red’s`)).toMatch(/for staff only\ntina: looks like team red’s/)
    expect(await say('staff notes', 'tina')).toMatch('It is `/rai staff notes [id]`')
    expect(await say(`status ${id}`, 'ada')).not.toMatch('looks like')
  })
})

describe('deadlines', () => {
  it('accept what was late, with a reason', async () => {
    const id = await measured(world, 'ada', 10, { counts: false })
    expect(await say(`staff accept ${id}`)).toMatch('It is `/rai staff accept <id> <reason>`')
    expect(await say(`staff accept ${id} the bot was down`)).toMatch(/counts for final\n.*the bot was down/)
    expect((await world.submissionOf(id)).standing?.counts).toBe(true)
  })

  it.each([
    ['36h', '2100-01-02 06:00'],
    ['2d', '2100-01-02 18:00'],
    ['"2100-01-05 12:00"', '2100-01-05 12:00'],
  ])('are extended by %s', async (until, shown) => {
    expect(await say(`staff extend final ada ${until} was ill`)).toMatch(`ada has until ${shown} (America/Chicago)`)
    expect(await world.records.standings.extensions('demo')).toMatchObject([{ reason: 'was ill' }])
  })

  it('are not extended by what is no time, nor for nobody', async () => {
    expect(await say('staff extend final ada soon please')).toMatch('neither a duration nor a date')
    expect(await say('staff extend final eve 2d please')).toMatch('no person and no team')
  })
})

describe('a batch', () => {
  it('runs everybody’s final again, behind students, in no channel, and can be ended', async () => {
    await measured(world, 'ada', 10)
    const last = await measured(world, 'ada', 30)
    await measured(world, 'bob', 20, { team: 'red' })
    await measured(world, 'bob', 5, { team: 'red', counts: false })
    const [, id = ''] = /batch (\w{8})/.exec(await say('staff rerun-finals final 2')) ?? []
    const runs = await world.records.runList.newest({ course: 'demo', state: 'received' }, 10)
    expect(runs).toHaveLength(4)
    expect(
      new Set(runs.map(({ priority, place, standing }) => `${priority} ${place.platform} ${standing?.counts}`)),
    ).toEqual(new Set(['batch shell true']))
    expect(runs.filter(({ parent }) => parent === last)).toHaveLength(2)
    expect(await say(`staff batch ${id}`)).toMatch(/0 of 4 ended \(0 well\) · 0 run · 4 wait/)
    expect(await say(`staff batch ${id} cancel`)).toMatch('4 runs of it are cancelled')
    expect(await say('staff batch')).toMatch(/final · cancelled · 4 of 4 ended/)
  })

  it('takes the best where that is asked for', async () => {
    const best = await measured(world, 'ada', 10)
    await measured(world, 'ada', 30)
    await say('staff rerun-finals final best')
    expect(
      (await world.records.runList.newest({ course: 'demo', state: 'received' }, 10)).map(({ parent }) => parent),
    ).toEqual([best])
  })
})

describe('the end of a term', () => {
  it('takes nothing more, shows what was, and can be undone', async () => {
    await measured(world, 'ada', 10)
    expect(await say('staff archive', 'ina')).toMatch('Say it again with `/rai staff archive yes`')
    expect(await say('staff archive yes', 'ina')).toMatch('is over')
    expect(await say('submit https://git.example/p.git', 'ada')).toMatch('it takes nothing more')
    expect(await say('rerun', 'ada')).toMatch('it takes nothing more')
    expect(await say('staff rerun-finals final')).toMatch('it takes nothing more')
    expect(await say('history', 'ada')).toMatch('Succeeded')
    await say('staff archive undo', 'ina')
    expect(await say('submit https://git.example/p.git', 'ada')).toMatch('Received')
  })

  it('exports a table that no spreadsheet computes', async () => {
    await measured(world, 'ada', 1500, { team: '=HYPERLINK("x")' })
    await measured(world, 'bob', 900)
    expect(await say('staff export final', 'ina')).toMatch(/^demo-final\.csv\nhttps:\/\/store\.example\/exports\//)
    const csv = [...world.objects].find(([key]) => key.startsWith('exports/'))?.[1].toString() ?? ''
    const [head, ...rows] = csv.trim().split('\r\n')
    expect(head).toMatch(/^"id","assignment","team","username"/)
    expect(rows).toHaveLength(2)
    expect(csv).toMatch(`"'=HYPERLINK(""x"")"`)
    expect(rows.find((row) => row.includes('"bob"'))).toMatch(/"yes".*"0\.900000".*"1"/)
  })

  it('exports what a team handed in as one archive', async () => {
    const id = await measured(world, 'bob', 900, { team: 'red' })
    await measured(world, 'ada', 900)
    world.objects.set('userdata/x.tar.gz', Buffer.from('code'))
    await say('staff export final red', 'ina')
    const tar = [...world.objects].find(([key]) => key.startsWith('exports/'))?.[1]
    expect(await namesIn(tar ?? Buffer.alloc(0))).toEqual([`${id}/source.tar.gz`])
  })

  it('forgets a TA without the code of those whose runs they repeated', async () => {
    const id = await measured(world, 'ada', 10)
    await say('staff rerun-finals final')
    const work = await world.stage()
    expect(work).not.toBe(id)
    await (await world.claim()).finish('succeeded', succeeded)
    world.objects.set('userdata/x.tar.gz', Buffer.from('code'))
    expect(await say('staff delete tina yes', 'ina')).toMatch('tina is forgotten')
    expect([...world.objects.keys()]).toEqual(['userdata/x.tar.gz'])
  })

  it('leaves those whom the asker may not act on, here or elsewhere', async () => {
    const { people } = world.records
    const irma = await people.ensure({ username: 'irma' })
    await people.enrol(irma.id, { course: 'demo', role: 'instructor' })
    await people.enrol(world.people.ada.id, { course: 'other', role: 'ta' })
    expect(await say('staff delete irma yes', 'ina')).toMatch('may not delete')
    expect(await say('staff delete ada yes', 'ina')).toMatch('staff of another course, and would be forgotten there')
    expect((await people.byId(irma.id))?.username).toBe('irma')
    expect((await people.byId(world.people.ada.id))?.username).toBe('ada')
  })

  it('forgets a person', async () => {
    const id = await measured(world, 'ada', 10)
    world.objects.set('userdata/x.tar.gz', Buffer.from('code'))
    expect(await say('staff delete ada', 'ina')).toMatch('Say it again with `/rai staff delete ada yes`')
    expect(await say('staff delete ina yes', 'ina')).toMatch('That is your own account')
    expect(await say('staff delete ada yes', 'ina')).toMatch(
      /^ada is forgotten\nVerdicts .* the code and results of 1 run are deleted/,
    )
    expect([...world.objects.keys()]).toEqual([])
    expect((await world.submissionOf(id)).verdict).toBe('succeeded')
    expect(await say('whoami', 'ada')).not.toMatch('ADA')
  })
})

async function namesIn(tar: Buffer): Promise<string[]> {
  const names: string[] = []
  const reader = extract()
  reader.on('entry', (header, body, next) => {
    names.push(header.name)
    void buffer(body).then(() => next())
  })
  reader.end(tar)
  await new Promise<void>((resolve, reject) => reader.on('finish', () => resolve()).on('error', reject))
  return names
}
