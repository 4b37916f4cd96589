import prettyBytes from 'pretty-bytes'
import { Refusal } from '../errors.ts'

/** What enrolment says when it will not do something. */

export function rosterTooLarge(limit: number): Refusal {
  const most = prettyBytes(limit, { binary: true })
  return new Refusal(
    'roster-too-large',
    `The roster is larger than ${most}, which is more than any class needs. Is it the right file?`,
    { limit },
  )
}

export function tooManyRows(limit: number): Refusal {
  return new Refusal(
    'roster-too-long',
    `The roster has more than ${limit.toLocaleString('en')} rows. Split it by course, or check that it is the right file.`,
    { limit },
  )
}

export function rosterEmpty(): Refusal {
  return new Refusal('roster-empty', 'The roster is empty. Nothing was changed.')
}

export function utf16(): Refusal {
  return new Refusal(
    'roster-encoding',
    'The roster is not UTF-8 text (it looks like UTF-16, or like a workbook). Save it as "CSV UTF-8".',
  )
}

export function notUtf8(line: number): Refusal {
  return new Refusal(
    'roster-encoding',
    `Line ${line} of the roster is not UTF-8, so names would be spoilt. Save it as "CSV UTF-8".`,
    { line },
  )
}

export function rosterTorn(line: number): Refusal {
  return new Refusal(
    'roster-torn',
    `A quotation mark that is opened on line ${line} of the roster or below it is never closed, so the rest cannot be read.`,
    { line },
  )
}

export function rowTooLong(line: number, { cells, characters }: { cells: number; characters: number }): Refusal {
  return new Refusal(
    'roster-row-too-long',
    `Line ${line} of the roster has ${characters} characters and ${cells} cells, which is no person. Is it the right file?`,
    { line, characters, cells },
  )
}

export function columnTwice(column: string): Refusal {
  return new Refusal('roster-columns', `The roster has the column ${column} twice. Take one of them out.`, { column })
}

export function noHeaderMatch(cells: readonly string[]): Refusal {
  const found = cells.slice(0, 12).join(', ').slice(0, 200)
  return new Refusal(
    'roster-columns',
    `The roster's header has no column username; it has ${found}. Name one of them username.`,
  )
}

export function rosterHasBadRows(count: number): Refusal {
  const rows = count === 1 ? '1 row of the roster was' : `${count} rows of the roster were`
  return new Refusal(
    'roster-bad-rows',
    `${rows} not understood, so nothing was changed. Mend them, or leave them out with --skip-bad.`,
    { count },
  )
}

export function keysFileExists(path: string): Refusal {
  return new Refusal(
    'keys-file-exists',
    `${path} is there already, and nothing overwrites keys. Name another file with --out.`,
  )
}

export function accountClosed(username: string): Refusal {
  return new Refusal(
    'account-closed',
    `the account ${username} was closed by whoever runs RAI's server, and only they can open it again: \`rai-keygen enroll\``,
  )
}

export function addressOfAnotherCourse(username: string): Refusal {
  return new Refusal(
    'address-elsewhere',
    `${username} is in another course as well, where this email, slack or discord is not theirs. Give what they have there; whoever runs RAI's server can change it`,
  )
}

export function wrongCode(): Refusal {
  return new Refusal(
    'wrong-code',
    'This is no enrolment code. Copy it once more as it was given to you; if it still does not work, ask the course staff for a new one.',
  )
}

export function codeUsed(): Refusal {
  return new Refusal(
    'code-used',
    'This enrolment code was used already, and each works once. If that was not you, tell the course staff at once; otherwise `/rai key rotate` makes new keys.',
  )
}

export function codeOver(): Refusal {
  return new Refusal('code-over', 'This enrolment code has ended. Ask the course staff for a new one.')
}
