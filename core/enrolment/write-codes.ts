import type { CredentialKeys } from '../directory/credential-keys.ts'
import type { EnrolmentRecords } from '../records/enrolment.ts'
import type { EnrolledPerson } from '../records/enrolment-queries.ts'
import { hashEnrolmentCode, newEnrolmentCode } from './codes.ts'
import { csvRow } from './csv-out.ts'
import { createKeysFile } from './deliver-file.ts'

export interface WriteCodesOptions {
  readonly enrolment: EnrolmentRecords
  readonly keys: CredentialKeys
  readonly course: string
  readonly actor: string
  /** Is made, readable by this user only; a file that is there is refused. */
  readonly path: string
  readonly lifetimeMs: number
  /** Also for whom a code is out already, which then ends. */
  readonly again: boolean
}

const columns = ['username', 'email', 'firstname', 'lastname', 'course', 'code', 'expires']

/** A code for everybody whose keys wait for one, in a file for the instructor to hand on. Answers how many. */
export async function writeCodes(options: WriteCodesOptions): Promise<number> {
  const { enrolment, keys, course, actor, path, lifetimeMs, again } = options
  const waiting = new Set(await enrolment.codes.waiting(course, { again }))
  const people = (await enrolment.inCourse(course)).filter(({ account }) => waiting.has(account))
  if (people.length === 0) return 0
  const coded = people.map((person) => ({ person, code: newEnrolmentCode() }))
  const expires = new Date(Date.now() + lifetimeMs).toISOString()
  const file = await createKeysFile(path)
  try {
    await file.write(csvRow(columns) + coded.map(({ person, code }) => rowOf(person, code, expires)).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  // Only what is safe on the disk counts: whoever is interrupted in between makes others.
  const hashed = coded.map(({ person, code }) => ({
    hash: hashEnrolmentCode(code, keys),
    account: person.account,
    course,
  }))
  await enrolment.codes.put(hashed, { lifetimeMs, actor })
  return coded.length
}

function rowOf(
  { username, email, firstName, lastName, course }: EnrolledPerson,
  code: string,
  expires: string,
): string {
  return csvRow([username, email ?? '', firstName, lastName, course, code, expires])
}
