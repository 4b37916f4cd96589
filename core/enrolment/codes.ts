import { randomInt } from 'node:crypto'
import type { CredentialKeys } from '../directory/credential-keys.ts'
import { tooManyGuesses } from '../directory/credential-refusals.ts'
import type { EnrolmentCodes } from '../records/enrolment-codes.ts'
import { hashAccessKey } from '../secret/keyed-hash.ts'
import { codeOver, codeUsed, wrongCode } from './refusals.ts'

/** Without the letters that look like digits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 12
const group = 4

/** 60 random bits, to be typed by a person: `7K2M-Q4ZP-0RTX`. Guesses are slowed, and it works once. */
export function newEnrolmentCode(): string {
  const letters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? '0').join('')
  return letters.replaceAll(new RegExp(`.{${group}}(?=.)`, 'g'), '$&-')
}

/** What the records keep of it. However somebody spells it, it is the same code. */
export function hashEnrolmentCode(code: string, { pepper }: Pick<CredentialKeys, 'pepper'>): string {
  const plain = code
    .slice(0, 60)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  return hashAccessKey(`enrolment code ${plain}`, pepper)
}

export interface RedeemOptions {
  readonly codes: EnrolmentCodes
  readonly keys: Pick<CredentialKeys, 'pepper'>
  readonly code: string
  /** Who types it: `slack:T1:U5`. */
  readonly source: string
}

/** Whose code it is; it is used up. Rejects with a `Refusal` for a wrong, used or old one, or a try too soon. */
export async function redeemCode({ codes, keys, code, source }: RedeemOptions) {
  const outcome = await codes.redeem({ hash: hashEnrolmentCode(code, keys), source })
  if (outcome.kind === 'too-many') throw tooManyGuesses(outcome.waitMs)
  if (outcome.kind === 'wrong') throw wrongCode()
  if (outcome.kind === 'used') throw codeUsed()
  if (outcome.kind === 'expired') throw codeOver()
  return { account: outcome.account, course: outcome.course }
}
