import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { createVerifier } from '../../core/directory/credentials.ts'
import type { Records } from '../../core/records/records.ts'
import { type Home, newHome } from './run.ts'

const roster = 'username,email,firstname,lastname,team\nada,ada@x.edu,Ada,Lovelace,red\nbob,bob@x.edu,Bob,B,red\n'

function enroll(home: Home, text = roster, ...words: string[]) {
  return home.run(['enroll', '-', ...words], { stdin: text })
}

async function outbox({ folder }: Home): Promise<string[]> {
  const path = join(folder, '.rai/outbox')
  const names = await readdir(path).catch(() => [])
  return Promise.all(names.map((name) => readFile(join(path, name), 'utf8')))
}

function verifierOf(records: Records) {
  const keys = credentialKeys('a secret of the course')
  return createVerifier({ guesses: records.enrolment.guesses, people: records.people, keys })
}

async function fits(home: Home, profile: unknown): Promise<string> {
  const text = JSON.stringify(profile)
  const [accessKey = '', secretKey = ''] = [/raia_\w+/.exec(text)?.[0], /rais_[\w-]+/.exec(text)?.[0]]
  return home.records(async (records) => {
    const verified = await verifierOf(records)(accessKey, secretKey, 'test').catch((error: unknown) => error)
    return verified instanceof Error ? verified.message : accessKey && 'fits'
  })
}

test('enrols a class, mails the keys, and does nothing the second time', async () => {
  const home = await newHome()
  const first = await enroll(home)
  expect(first).toMatchObject({
    stdout: `2 new, 0 changed, 0 unchanged, 0 missing, 0 not understood
Enrolled. Keys issued: 2. Lost access: 0.
Mailed: 2. Could not be mailed: 0.
`,
    refused: undefined,
  })
  const mails = await outbox(home)
  const ada = mails.find((mail) => mail.includes('To: ada@x.edu')) ?? ''
  expect(ada).toContain('Subject: Your keys for rai\n')
  expect(await fits(home, ada)).toBe('fits')
  expect((await enroll(home)).stdout).toBe(
    '0 new, 0 changed, 2 unchanged, 0 missing, 0 not understood\nEnrolled. Keys issued: 0. Lost access: 0.\n',
  )
  expect(await outbox(home)).toHaveLength(2)
})

test('a dry run and a preview change nothing', async () => {
  const home = await newHome()
  expect((await enroll(home, roster, '--dry-run')).stdout).toMatch(/^2 new, .*\nNothing was changed\.\n$/)
  const { stdout } = await enroll(home, roster, '--preview')
  expect(stdout).toContain('To: ada@x.edu\nSubject: Your keys for rai\n\nHello Ada Lovelace,\n')
  expect(await home.records((records) => records.people.byUsername('ada'))).toBeUndefined()
  expect(await outbox(home)).toEqual([])
})

test('nothing happens while a row is not understood, unless it is left out', async () => {
  const home = await newHome()
  const bad = `${roster}eve,nope\n`
  const refusal = await enroll(home, bad)
  expect(refusal.refused).toBe('roster-bad-rows')
  expect(refusal.stderr).toContain('line 4: email must be a mail address, but is "nope"\n')
  expect(await home.records((records) => records.people.byUsername('ada'))).toBeUndefined()
  expect((await enroll(home, bad, '--skip-bad')).stdout).toContain('Keys issued: 2.')
})

test('takes access away only when somebody says so', async () => {
  const home = await newHome()
  await enroll(home)
  const shorter = roster.replace(/bob.*\n/, '')
  const refusal = await enroll(home, shorter)
  expect(refusal.refused).toBe('needs-yes')
  expect(refusal.stdout).toContain('missing (loses access, keeps records)  bob in rai\n')
  expect((await enroll(home, shorter, '--keep-missing')).stdout).toContain('Lost access: 0.')
  expect((await enroll(home, shorter, '--yes')).stdout).toContain('Lost access: 1.')
})

test('asks on a terminal, and does nothing where the answer is no', async () => {
  const home = await newHome()
  await writeFile(join(home.folder, 'class.csv'), roster)
  const no = await home.run(['enroll', 'class.csv'], { typed: '\n' })
  expect(no).toMatchObject({ refused: 'not-confirmed', stderr: 'Go on? [y/N] Nothing was changed.\n' })
  expect(await home.records((records) => records.people.byUsername('ada'))).toBeUndefined()
  expect((await home.run(['enroll', 'class.csv'], { typed: 'y\n' })).stdout).toContain('Keys issued: 2.')
})

test('names who becomes staff, before it happens', async () => {
  const home = await newHome()
  const { stdout } = await enroll(home, 'username,email,role\nada,ada@x.edu,admin\nbob,bob@x.edu,\n', '--dry-run')
  expect(stdout).toContain('becomes staff  ada (admin)\n')
})

test('a roster that is not there is told', async () => {
  const home = await newHome()
  expect((await home.run(['enroll', 'nowhere.csv'])).stderr).toBe('nowhere.csv is not there. Nothing was changed.\n')
})

test('a mistake in a template shows before anything happens', async () => {
  const home = await newHome()
  await writeFile(join(home.folder, 'mail.txt'), 'Hello {{ .FirstNam }}')
  expect((await enroll(home, roster, '-t', 'mail.txt')).refused).toBe('template-field')
  expect((await enroll(home, roster, '--subject', '{{ .RAISecretKey }}')).refused).toBe('template-field')
  expect(await home.records((records) => records.people.byUsername('ada'))).toBeUndefined()
})

test("reads the original's command line and template", async () => {
  const home = await newHome()
  await writeFile(join(home.folder, 'students.csv'), 'Lovelace,Ada,ada,ada@x.edu,student,Uni\n')
  await writeFile(join(home.folder, 'mail.txt'), "Hello {{ .FirstName }}\nRAI_SECRET_KEY='{{ .RAISecretKey }}'\n")
  await home.run(['emailkeys', '-l', 'students.csv', '-t', 'mail.txt', '--subject', 'Keys of {{ .Username }}'])
  const [mail = ''] = await outbox(home)
  expect(mail).toContain('Subject: Keys of ada\n')
  expect(mail).toMatch(/Hello Ada\nRAI_SECRET_KEY='rais_[\w-]{43}'\n/)
})

test('writes keys into a file that only this user reads, and that no spreadsheet runs', async () => {
  const home = await newHome()
  const hostile = 'username,email,firstname,lastname\nada,ada@x.edu,=cmd|calc!A1,@SUM(A1)\n'
  await enroll(home, hostile, '--deliver', 'file', '--out', 'keys.csv')
  const file = join(home.folder, 'keys.csv')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const [, row] = parse(await readFile(file, 'utf8'))
  expect(row?.slice(0, 4)).toEqual(['ada', 'ada@x.edu', "'=cmd|calc!A1", "'@SUM(A1)"])
  expect(await fits(home, row)).toBe('fits')
  const again = await enroll(home, `${hostile}bob,bob@x.edu,,\n`, '--deliver', 'file', '--out', 'keys.csv')
  expect(again.refused).toBe('keys-file-exists')
  expect((await enroll(home, hostile, '--deliver', 'file', '--out', 'more.csv', '--keep-missing')).stdout).toContain(
    '1 pair of keys',
  )
})

test("makes one account with the original's flags, and prints its profile once", async () => {
  const home = await newHome()
  const words = ['-u', 'ada', '-e', 'ada@x.edu', '-f', 'Ada', '-l', 'Lovelace', '-t', 'red', '-r', 'ta']
  const { stdout } = await home.run(words)
  expect(parseYaml(stdout)).toEqual({
    profile: {
      ...{ firstname: 'Ada', lastname: 'Lovelace', username: 'ada', email: 'ada@x.edu', affiliation: '' },
      ...{ team: { name: 'red' }, role: 'ta' },
      access_key: expect.stringMatching(/^raia_[0-9a-f]{20}$/),
      secret_key: expect.stringMatching(/^rais_[\w-]{43}$/),
    },
  })
  expect(await fits(home, stdout)).toBe('fits')
  expect((await home.run(['-u', 'a b', '-e', 'x'])).refused).toBe('bad-person')
})

test('says that a secret cannot be shown again, and what helps', async () => {
  const home = await newHome()
  await enroll(home)
  const { stderr, refused } = await home.run(['getkey', '-e', 'ADA@x.edu'])
  expect(refused).toBe('secret-not-kept')
  expect(stderr).toMatch(/access key of ada is raia_.* `rai-keygen rotate ada` makes new ones/)
  expect((await home.run(['getkey', '-e', 'eve@x.edu'])).refused).toBe('no-such-person')
})

test('rotates on the screen and by mail', async () => {
  const home = await newHome()
  await enroll(home)
  const ada = (await outbox(home)).find((mail) => mail.includes('To: ada@x.edu'))
  const { stdout } = await home.run(['rotate', 'ada'])
  expect([await fits(home, stdout), await fits(home, ada)]).toEqual(['fits', 'fits'])
  await home.run(['rotate', 'ada', '--overlap', '0', '--deliver', 'mail'])
  expect(await outbox(home)).toHaveLength(3)
  expect(await fits(home, stdout)).toMatch(/^These keys ended on/)
})

test('revokes, and deletes after asking', async () => {
  const home = await newHome()
  await enroll(home)
  const [mail] = await outbox(home)
  expect((await home.run(['revoke', 'ada', 'bob@x.edu'])).stdout).toBe(
    'ada is signed out everywhere; keys ended: 1.\nbob is signed out everywhere; keys ended: 1.\n',
  )
  expect(await fits(home, mail)).toMatch(/^These keys do not fit/)
  expect((await home.run(['delete', '-e', 'ada@x.edu'])).refused).toBe('not-confirmed')
  await home.run(['delete', '-e', 'ada@x.edu', '--yes'])
  expect((await home.run(['show', 'ada'])).stdout).toContain('disabled\n')
})

test('shows people, teams and the state of their keys, and no secret', async () => {
  const home = await newHome()
  await enroll(home)
  const shown = await home.run(['show', 'ada'])
  expect(shown.stdout).toMatch(/^ada {2}Ada Lovelace <ada@x\.edu>\nstudent in rai, team red\nraia_\w+ {2}good, since /)
  expect((await home.run(['teams'])).stdout).toBe('red: ada, bob\n1 team; 0 people without one\n')
  expect((await home.run(['status'])).stdout).toBe('2 in rai: 2 delivered, 0 waiting, 0 failed, 0 bounced\n')
  const csv = await home.run(['status', '--csv'])
  expect(csv.stdout).toContain('"ada","ada@x.edu","red","student","raia_')
  expect(shown.stdout + csv.stdout).not.toMatch(/rais_/)
})

test('gives an instructor a student’s account, which no roster takes away', async () => {
  const home = await newHome()
  const { stdout } = await home.run(['dry-run-student'])
  expect(await fits(home, stdout)).toBe('fits')
  expect((await enroll(home)).stdout).toContain('0 missing')
  expect(await fits(home, stdout)).toBe('fits')
})

test('leaves direct messages to the bots that are configured, and says so', async () => {
  const home = await newHome({ RAI_SLACK_BOT_TOKEN: 'xoxb-1' })
  const stdin = 'username,email,slack,discord\nada,ada@x.edu,U024BE7LH,\nbob,bob@x.edu,,12345678901234567\n'
  const { stdout } = await home.run(['enroll', '-', '--deliver', 'direct'], { stdin })
  expect(stdout).toContain('2 wait for the bot on slack')
  const channels = await home.records(({ enrolment }) => enrolment.status('rai'))
  expect(channels.map(({ channel }) => channel)).toEqual(['slack', 'slack'])
  expect((await home.run(['rotate', 'ada', '--deliver', 'direct'])).stdout).toContain('The bot on slack writes to ada')
})

test('writes enrolment codes once, and others when they are asked for', async () => {
  const home = await newHome()
  const stdin = 'username,email\nada,ada@x.edu\n'
  const enrol = (out: string) => home.run(['enroll', '-', '--deliver', 'codes', '--out', out], { stdin })
  expect((await enrol('a.csv')).stdout).toContain('1 code is in')
  expect((await enrol('b.csv')).stdout).toContain('Nobody waits for a code')
  const code = async (name: string) =>
    /"([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})"/.exec(await readFile(join(home.folder, name), 'utf8'))?.[1]
  expect((await home.run(['codes', '--out', 'c.csv'])).stdout).toContain('1 code is in')
  expect([await code('a.csv'), await code('c.csv')]).toEqual([expect.any(String), expect.any(String)])
  expect(await code('a.csv')).not.toBe(await code('c.csv'))
})

test('enrolment codes last as long as the configuration says', async () => {
  const home = await newHome({ RAI_AUTH_CODE_TIME: '2h' })
  await home.run(['enroll', '-', '--deliver', 'codes', '--out', 'a.csv'], { stdin: 'username,email\nada,ada@x.edu\n' })
  const [, expires] = /,"([^"]*)"\s*$/.exec(await readFile(join(home.folder, 'a.csv'), 'utf8')) ?? []
  const left = Date.parse(expires ?? '') - Date.now()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(7_200_000)
})

test('says plainly that mails which stay in a folder reached nobody, and who has no keys that work', async () => {
  const home = await newHome()
  const { stderr } = await home.run(['enroll', '-', '--yes'], { stdin: 'username,email\nada,ada@x.edu\n' })
  expect(stderr).toContain('nobody has got these mails: email.provider is console')
  await home.run(['revoke', 'ada'])
  expect((await home.run(['status'])).stdout).toContain('1 without keys that work')
})
