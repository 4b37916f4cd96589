import { Refusal } from '../core/errors.ts'

export function nobodyCalled(name: string): Refusal {
  return new Refusal(
    'no-such-person',
    `There is nobody with the username or address ${JSON.stringify(name.slice(0, 80))}.`,
  )
}

export function needsYes(missing: number): Refusal {
  return new Refusal(
    'needs-yes',
    `${missing} who ${missing === 1 ? 'is' : 'are'} not in this roster would lose access, and nobody is here to confirm it. Nothing was changed: give --yes, or --keep-missing to leave them.`,
    { missing },
  )
}

export function notConfirmed(): Refusal {
  return new Refusal('not-confirmed', 'Nothing was changed.')
}

export function secretsAreGone(username: string, accessKey: string | undefined): Refusal {
  const has = accessKey === undefined ? `${username} has no keys.` : `The access key of ${username} is ${accessKey}.`
  return new Refusal(
    'secret-not-kept',
    `${has} Secret keys are shown once and not kept, so nobody can show them again. \`rai-keygen rotate ${username}\` makes new ones.`,
  )
}

export function noAddress(username: string): Refusal {
  return new Refusal('no-address', `${username} has no mail address. Show the keys here instead, without --deliver.`)
}

export function badPerson(reasons: readonly string[]): Refusal {
  return new Refusal('bad-person', `Nothing was changed: ${reasons.join('; ')}.`)
}

export function nothingToResend(): Refusal {
  return new Refusal(
    'nothing-to-resend',
    'Name somebody, or give --failed for everybody whom their keys did not reach.',
  )
}
