import { Refusal } from '../errors.ts'

export function wrongCredentials(): Refusal {
  return new Refusal(
    'wrong-credentials',
    'These keys do not fit, or were withdrawn. Copy both from your enrolment message; if they still do not fit, ask the course staff for new ones.',
  )
}

export function credentialsExpired(at: number): Refusal {
  const day = new Date(at).toISOString().slice(0, 10)
  return new Refusal('credentials-expired', `These keys ended on ${day}. Ask the course staff for new ones.`, { at })
}

export function tooManyGuesses(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  const wait = seconds < 90 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`
  return new Refusal('too-many-guesses', `There were too many wrong keys. Try again in ${wait}.`, { seconds })
}

export function originalNeedsUsername(): Refusal {
  return new Refusal(
    'original-needs-username',
    'These are keys of the older RAI. Put your username and a colon before the access key, as in `ada:$s2$…`; both are in the file ~/.rai_profile.',
  )
}
