import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBounded } from '../../../core/enrolment/read-bounded.ts'
import { type Roster, readRoster } from '../../../core/enrolment/roster.ts'
import { Refusal } from '../../../core/errors.ts'

const now = Date.parse('2030-01-15T12:00:00Z')

function read(text: string | Buffer): Roster {
  return readRoster(Buffer.from(text), { courses: ['ece408', 'cs100'], course: 'ece408', now })
}

function refusal(text: string | Buffer): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`
    throw error
  }
  return 'was read'
}

const ada = {
  lastName: 'Lovelace',
  firstName: 'Ada',
  username: 'ada',
  email: 'ada@x.edu',
  role: 'student',
  affiliation: 'Uni',
  course: 'ece408',
}

describe('a roster', () => {
  test('is read without a header, in the order of the original', () => {
    expect(read('Lovelace,Ada,ada,ada@x.edu,student,Uni\n').people).toEqual([{ line: 1, ...ada }])
  })

  test('is read by the names of its columns, in any order, whatever else a spreadsheet did to it', () => {
    const text =
      '\uFEFFE-Mail;"User Name";Last_Name;FIRSTNAME;affiliation\r\n ada@x.edu ; Ada;Lovelace;Ada;"Uni"\r\n;;;;\r\n'
    expect(read(text)).toEqual({ people: [{ line: 2, ...ada }], bad: [], notices: [] })
  })

  test("may begin with Excel's own line about the separator, and lines still count", () => {
    expect(read('sep=;\r\nusername;email\r\nada;nope\r\n').bad[0]?.line).toBe(3)
  })

  test('has all optional columns', () => {
    const [person] = read(
      'username,email,team,slack,discord,repo,course,expires\n' +
        'ada,ada@x.edu,red,u024be7lh,123456789012345678,https://git.example/ada/p,CS100,2030-05-31\n',
    ).people
    expect(person).toMatchObject({ team: 'red', slack: 'U024BE7LH', discord: '123456789012345678', course: 'cs100' })
    expect(person?.expiresAt).toBe(Date.parse('2030-05-31T23:59:59.999Z'))
  })

  test("takes the name of a class for the original's role of that class", () => {
    expect(read('username,email,role\nada,ada@x.edu,ECE408\n').people[0]?.role).toBe('class')
  })

  test('keeps quotation marks and commas in names, and composes accents', () => {
    const [person] = read('lastname,firstname,username,email\n"O""Brien, Jr.",Jose\u0301,job,job@x.edu\n').people
    expect(person).toMatchObject({ lastName: 'O"Brien, Jr.', firstName: 'Jos\u00e9' })
  })

  test('tells of a column that nobody uses, and guesses what was meant', () => {
    expect(read('username,email,expirse,notes\nada,ada@x.edu,,\n').notices).toEqual([
      'The column "expirse" is not used; did you mean expires?',
      'The column "notes" is not used',
    ])
  })

  test('names every bad row with its line and everything that is wrong with it', () => {
    const { people, bad } = read(
      [
        'username,email,role,slack,discord,repo,course,expires',
        'ada,ada@x.edu,,,,,,',
        ',x@x.edu,,,,,,',
        'bob,nope,boss,x,1.2E+17,ftp://x,cs999,2029-01-01',
        'eve,eve@x.edu,,,,https://eve:pw@git.example/x,,2030-02-31',
        'dan,dan@x.edu,,,,,,,extra',
        'ada,ada2@x.edu,,,,,,',
        'max,ADA@x.edu,,,,,,',
        'nil,,,,,,,',
      ].join('\n'),
    )
    expect(people.map(({ username }) => username)).toEqual(['ada'])
    expect(bad).toEqual([
      { line: 3, reasons: ['username is missing'] },
      {
        line: 4,
        username: 'bob',
        reasons: [
          'role must be one of guest, student, class, power, ta, instructor, admin, but is "boss"',
          'course is not configured: "cs999"; there are ece408, cs100',
          'email must be a mail address, but is "nope"',
          'slack must be a member id such as U024BE7LH, but is "X"',
          'discord lost its digits to a spreadsheet: "1.2E+17"; format the column as text',
          'repo must be an address that starts with https://, but is "ftp://x"',
          'expires is over: "2029-01-01"',
        ],
      },
      {
        line: 5,
        username: 'eve',
        reasons: [
          'repo holds a password; take it out, and change it',
          'expires must be a day such as 2031-05-31, but is "2030-02-31"',
        ],
      },
      {
        line: 6,
        username: 'dan',
        reasons: ['the row has 9 cells, and there are 8 columns; quote a cell that holds a comma'],
      },
      {
        line: 7,
        username: 'ada',
        reasons: ['ada is in ece408 on line 2 already'],
      },
      { line: 8, username: 'max', reasons: ['email is that of ada on line 2'] },
      { line: 9, username: 'nil', reasons: ['email is missing'] },
    ])
  })

  test('does not let a person be called two things in two courses', () => {
    const text = 'username,email,course\nada,ada@x.edu,ece408\nada,ada@y.edu,cs100\n'
    expect(read(text).bad[0]?.reasons).toEqual(['the names or the address of ada differ from those on line 2'])
  })

  test.each([
    ['a bell', 'A\u0007da'],
    ['reordered text', 'A\u202Eda'],
    ['a hidden space', 'A\u200Bda'],
    ['a line break', 'A\nda'],
  ])('does not take %s in a name', (_what, name) => {
    expect(read(`username,email,firstname\nada,ada@x.edu,"${name}"\n`).bad[0]?.reasons[0]).toMatch(
      /^firstname has characters that cannot be seen/,
    )
  })

  test('does not know whose a row is that swallowed those below it', () => {
    const [bad] = read('username,firstname,email\nada,"A\nbob,B,b@x.edu\neve,"E,e@x.edu\n').bad
    expect(bad?.username).toBeUndefined()
  })

  test.each([
    ['an empty file', '', 'roster-empty: The roster is empty. Nothing was changed.'],
    ['UTF-16', Buffer.from('\uFEFFusername,email', 'utf16le'), /^roster-encoding: .*UTF-16.*CSV UTF-8/],
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), /^roster-encoding/],
    ['Latin-1', Buffer.from('username,email\nJos\xe9,x@y.z', 'latin1'), /^roster-encoding: Line 2 of the roster/],
    ['an open quote', 'username,email\nada,ada@x.edu\nbob,"bob@x.edu\n', /^roster-torn: .* opened on line 3 /],
    ['a header without username', 'email,first\nada@x.edu,A\n', /^roster-columns: .*it has email, first/],
    ['a column that is there twice', 'username,email,mail\n', /^roster-columns: The roster has the column email twice/],
    ['a huge cell', `username,email\n${'x'.repeat(1e6)},a@x.edu`, /^roster-row-too-long: Line 2 .* 1000008 characters/],
    ['a million cells', ','.repeat(1e6), /^roster-row-too-long: Line 1 /],
    ['a million rows', `username,email\n${'a,b\n'.repeat(1e6)}`, /^roster-too-long: .* more than 20,000 rows/],
    ['a file that is too large', Buffer.alloc((16 << 20) + 1, 'x'), /^roster-too-large: .* 16 MiB/],
  ])('is refused with a sentence: %s', (_what, text, sentence) => {
    expect(refusal(text)).toMatch(sentence)
  })

  test('of 100 MB is not even read to its end', async () => {
    let given = 0
    async function* endless() {
      for (; given < 100; given += 1) yield Buffer.alloc(1 << 20)
    }
    await expect(readBounded(endless(), 16 << 20)).rejects.toThrow('larger than 16 MiB')
    expect(given).toBe(16)
  })

  test('of any bytes is understood or refused, and never a crash; nobody in it is half known', () => {
    const cell = fc.oneof(
      fc.constantFrom('ada', 'a@x.edu', '=1+1', '"', ',', ';', '\r', '\n', '\u0000', '\u202E'),
      fc.string(),
    )
    const text = fc.array(fc.array(cell).map((row) => row.join(','))).map((rows) => rows.join('\n'))
    const header = fc.constantFrom('', 'username,email\n', 'email;username;team\n')
    fc.assert(
      fc.property(header, text, (head, body) => {
        if (refusal(head + body) !== 'was read') return
        for (const { username, email } of read(head + body).people) {
          expect(username).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/)
          expect(email).toMatch(/^[^\s\p{C}]+@[^\s\p{C}]+$/u)
        }
      }),
      { numRuns: 300 },
    )
  })
})
