import { Refusal } from '../../core/errors.ts'
import { plainLine } from '../render/clean.ts'
import { clock } from '../wording.ts'

export function keysNotYours(): Refusal {
  return new Refusal(
    'keys-not-yours',
    'These keys are not for you, so nothing was shown. If they should be, ask the course staff to send you yours.',
  )
}

export function keysRevealed(at: number): Refusal {
  return new Refusal(
    'keys-revealed',
    `These keys were shown already, ${clock(at)}, and nobody can show them again. If you do not have them, \`/rai key rotate\` makes new ones; if that was not you, tell the course staff as well.`,
    { at },
  )
}

export function keysGone(state: string): Refusal {
  const why =
    state === 'cancelled'
      ? 'were replaced or withdrawn'
      : state === 'waiting' || state === 'sending' || state === 'accepted'
        ? 'go another way by now: look at your mail'
        : 'are not to be had any more'
  return new Refusal(
    'keys-gone',
    `These keys ${why}. If you have none that work, \`/rai key rotate\` makes new ones, or ask the course staff.`,
    { state },
  )
}

export function noKeysWait(): Refusal {
  return new Refusal('no-keys-wait', 'No keys wait for you here. If you lost yours, `/rai key rotate` makes new ones.')
}

export function notHere(): Refusal {
  return new Refusal('keys-not-here', 'This chat does not handle keys. Ask the course staff for yours.')
}

export function tooManyRotations(most: number): Refusal {
  return new Refusal(
    'too-many-rotations',
    `You made new keys ${most} times within a day, which is all there is. Use the newest, or ask the course staff.`,
    { most },
  )
}

export function notInstructor(role: string): Refusal {
  return new Refusal(
    'not-instructor',
    `Only instructors enrol people, and your role here is ${role}. Ask an instructor of your course.`,
    { role },
  )
}

export function notStaff(role: string): Refusal {
  return new Refusal(
    'not-staff',
    `Only the course staff looks after others' keys, and your role here is ${role}. Your own: \`/rai key\`.`,
    { role },
  )
}

export function noRoster(): Refusal {
  return new Refusal(
    'no-roster',
    'Send me the roster: a direct message to me that says `keygen enroll`, with the CSV file attached. Nothing happens before you confirm it.',
  )
}

export function rosterTooLargeHere(limit: number): Refusal {
  return new Refusal(
    'roster-too-large',
    `A roster in a chat has at most ${Math.floor(limit / 1024)} KiB. Use \`rai-keygen enroll\` on the server for a larger one.`,
    { limit },
  )
}

export function draftGone(): Refusal {
  return new Refusal(
    'roster-gone',
    'This roster was confirmed already, is not yours, or was handed in too long ago. `/rai keygen status` shows how things are; hand it in again to change something.',
  )
}

export function rosterOutdated(): Refusal {
  return new Refusal(
    'roster-outdated',
    'The course changed since you looked at this roster, so nothing was done. Hand it in again, and look at what it would do now.',
  )
}

export function whoIsMeant(verb: string): Refusal {
  return new Refusal('needs-person', `Say whom: \`/rai keygen ${verb} @person\`, or their username or address.`)
}

export function nobodyHere(name: string, course: string): Refusal {
  return new Refusal(
    'no-such-person',
    `Nobody in ${course} is called “${plainLine(name, 80)}” or signed in as them. Try their username or mail address.`,
  )
}

export function unknownVerb(word: string, command: string, known: readonly string[]): Refusal {
  return new Refusal(
    'unknown-command',
    `\`/rai ${command}\` does not know “${plainLine(word, 40)}”. It takes ${known.map((one) => `\`${one}\``).join(', ')}.`,
  )
}
