import { Refusal } from '../../core/errors.ts'
import { plainLine } from '../render/clean.ts'

const quoted = (text: string) => `“${plainLine(text, 40)}”`

export function teamsByRoster(): Refusal {
  return new Refusal(
    'teams-by-roster',
    'In this course the instructors make the teams. Tell them if yours is wrong; `/rai whoami` shows it.',
  )
}

export function teamsLocked(since: string): Refusal {
  return new Refusal('teams-locked', `Teams stay as they are since ${since}. Ask the course staff to change one.`)
}

export function badTeamName(text: string): Refusal {
  return new Refusal(
    'bad-team-name',
    `${quoted(text)} cannot be a team's name: 2 to 40 letters, digits, “.”, “_” and “-”. Try \`/rai team create primes\`.`,
  )
}

export function teamNameTaken(name: string): Refusal {
  return new Refusal(
    'team-name-taken',
    `There is a team ${quoted(name)} already. If it is yours, ask one of it for the code and use \`/rai team join\`.`,
  )
}

export function inATeam(): Refusal {
  return new Refusal('in-a-team', 'You are in a team already: `/rai team show`. `/rai team leave` ends that.')
}

export function noTeam(): Refusal {
  return new Refusal('no-team', 'You are in no team. `/rai team create` makes one, `/rai team join` takes a code.')
}

export function unknownTeamCode(): Refusal {
  return new Refusal(
    'unknown-team-code',
    'No team of this course has that code. Whoever is in the team sees it with `/rai team show`.',
  )
}

export function teamFull(size: number): Refusal {
  return new Refusal('team-full', `That team is full: ${size} people are the most in this course.`, { size })
}

export function teamHasCounted(): Refusal {
  return new Refusal(
    'team-has-counted',
    'The team has handed in something that counts, so nobody joins or leaves it any more. Ask the course staff.',
  )
}

export function whatAboutTeams(word: string | undefined): Refusal {
  const found = word === undefined ? '' : ` I do not know ${quoted(word)}.`
  return new Refusal(
    'what-about-teams',
    `Say what to do: \`/rai team create <name>\`, \`/rai team join <code>\`, \`/rai team leave\` or \`/rai team show\`.${found}`,
  )
}
