import { nearest } from '../../../core/config/nearest.ts'
import { Refusal } from '../../../core/errors.ts'
import { plainLine } from '../../render/clean.ts'

const quoted = (text: string) => `“${plainLine(text, 40)}”`

export function unknownVerb(word: string, known: readonly string[]): Refusal {
  const near = nearest(word, known, (found) => ` Did you mean \`/rai staff ${found}\`?`)
  return new Refusal(
    'unknown-staff-command',
    `The staff have no command ${quoted(word)}.${near} \`/rai staff\` lists them.`,
  )
}

export function wrongWords(usage: string): Refusal {
  return new Refusal('wrong-words', `It is \`/rai staff ${usage}\`. Put quotes around what has spaces in it.`)
}

export function unknownParty(name: string): Refusal {
  return new Refusal(
    'unknown-party',
    `This course has no person and no team ${quoted(name)}. Give a username, or a team's name.`,
  )
}

export function unknownFilter(what: string, value: string, known: readonly string[]): Refusal {
  const near = nearest(value, known, (found) => ` Did you mean \`${found}\`?`)
  return new Refusal('unknown-filter', `There is no ${what} ${quoted(value)}.${near} There are ${known.join(', ')}.`)
}

export function notAnUntil(text: string): Refusal {
  return new Refusal(
    'not-a-deadline',
    `${quoted(text)} is neither a duration nor a date. Write \`36h\` or \`2d\` for that much more, or "2026-12-11 23:59".`,
  )
}

export function noDeadline(assignment: string): Refusal {
  return new Refusal('no-deadline', `${assignment} has no deadline that could be moved.`)
}

export function countsForNothing(id: string): Refusal {
  return new Refusal(
    'counts-for-nothing',
    `${id.slice(0, 8)} is for no assignment of this course, so there is nothing to accept.`,
  )
}

export function noLongerKept(id: string, what: string): Refusal {
  return new Refusal('no-longer-kept', `The ${what} of ${id.slice(0, 8)} is not kept: it never was, or it was removed.`)
}

export function sayYes(what: string, how: string): Refusal {
  return new Refusal('say-yes', `${what} Say it again with \`${how}\` if that is what you want.`)
}

export function notYourself(): Refusal {
  return new Refusal('not-yourself', 'That is your own account. Another instructor has to do this.')
}
