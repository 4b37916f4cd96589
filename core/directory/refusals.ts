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

export function mayNotActOn(action: string, role: string, target: string): Refusal {
  const holder = target === 'ta' ? 'TA' : target
  return new Refusal(
    'may-not-act-on',
    `Your role here is ${role}, which may not ${action} ${/^[aei]/i.test(holder) ? 'an' : 'a'} ${holder} of this course. Ask the instructor, or whoever runs RAI.`,
    { role, target },
  )
}

/** @param otherwise the end of the sentence, and what to do instead. */
export function staffElsewhere(action: string, otherwise: string): Refusal {
  return new Refusal(
    'staff-elsewhere',
    `You may not ${action} this person: they are staff of another course, ${otherwise}`,
  )
}

export function mayNotEnrol(role: string, wanted: string): Refusal {
  return new Refusal(
    'may-not-enrol',
    `Your role here is ${role}, which may not make anybody ${wanted}. Instructors enrol students and TAs; whoever runs RAI's server makes instructors.`,
    { role, wanted },
  )
}
