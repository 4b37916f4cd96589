import { Refusal } from '../errors.ts'

export function unknownPerson(): Refusal {
  return new Refusal(
    'not-signed-in',
    'RAI does not know you here yet. Sign in with `/rai login` and the keys from your enrolment message; if you have none, ask the course staff.',
  )
}

export function notEnrolled(course: string): Refusal {
  return new Refusal(
    'not-enrolled',
    `You are signed in, but not enrolled in ${course}. Ask the course staff to add you to the roster.`,
    { course },
  )
}
