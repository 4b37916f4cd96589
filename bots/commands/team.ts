import type { TeamPolicy } from '../../core/course/course.ts'
import { momentText } from '../../core/course/moment.ts'
import { notEnrolled } from '../../core/directory/refusals.ts'
import { teamTitle } from '../../core/records/team-rows.ts'
import type { Created, Joined, Left, Team } from '../../core/records/teams.ts'
import { plainCard } from '../card.ts'
import { plainLine } from '../render/clean.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import type { Answer } from './request.ts'
import { requireOpenTerm, type Seat, seatOf } from './seat.ts'
import {
  badTeamName,
  inATeam,
  noTeam,
  teamFull,
  teamHasCounted,
  teamNameTaken,
  teamsByRoster,
  teamsLocked,
  unknownTeamCode,
  whatAboutTeams,
} from './team-refusals.ts'

export const teamCommand: Command = {
  name: 'team',
  usage: '[create <name> | join <code> | leave | show]',
  summary: 'Who your team is; make one, join one or leave it where the course lets you',
  options: {},
  mostWords: 2,
  async run(call) {
    const seat = await seatOf(call)
    const [action = 'show', word] = call.words
    const act = actions.get(action.toLowerCase())
    if (act === undefined) throw whatAboutTeams(action)
    return act(call, seat, word)
  },
}

type Act = (call: CommandCall, seat: Seat, word: string | undefined) => Promise<Answer>

const actions = new Map<string, Act>([
  ['show', show],
  ['create', create],
  ['join', join],
  ['leave', leave],
])

async function show({ context }: CommandCall, { course, member }: Seat): Promise<Answer> {
  if (member.team === undefined) {
    const how = course.teams === undefined ? 'The instructors of this course make the teams.' : howToBegin
    return privately(plainCard('You are in no team', [how]))
  }
  const team = await context.records.teams.of(course.name, member.team)
  if (team === undefined) return privately(plainCard(`Your team is ${plainLine(teamTitle(member.team), 60)}`))
  return privately(teamCard(team, course.teams))
}

const howToBegin = 'Make one with `/rai team create <name>`, or join one with the code that its people see.'

async function create(call: CommandCall, seat: Seat, word: string | undefined): Promise<Answer> {
  const policy = await openPolicy(call, seat)
  if (word === undefined) throw whatAboutTeams(undefined)
  if (!/^[\p{L}\p{N}._-]{2,40}$/u.test(word)) throw badTeamName(word)
  const made = await call.context.records.teams.create(personOf(seat), word)
  return privately(teamCard(teamFrom(made, seat, policy, word), policy))
}

async function join(call: CommandCall, seat: Seat, code: string | undefined): Promise<Answer> {
  const policy = await openPolicy(call, seat)
  if (code === undefined) throw whatAboutTeams(undefined)
  const joined = await call.context.records.teams.join(personOf(seat), code.toLowerCase(), policy.size)
  return privately(teamCard(teamFrom(joined, seat, policy, ''), policy))
}

async function leave(call: CommandCall, seat: Seat): Promise<Answer> {
  await openPolicy(call, seat)
  const left: Left = await call.context.records.teams.leave(personOf(seat))
  if (left === 'no-team') throw noTeam()
  if (left === 'roster') throw teamsByRoster()
  if (left === 'counted') throw teamHasCounted()
  const text = 'Its submissions are the team’s; those that you made yourself stay in your history.'
  return privately(plainCard(`You left ${plainLine(teamTitle(left.key), 60)}`, [text], 'good'))
}

/** What the course allows, while it allows it. */
async function openPolicy(call: CommandCall, seat: Seat): Promise<TeamPolicy> {
  const { context, request } = call
  const { teams, timeZone } = seat.course
  if (teams === undefined) throw teamsByRoster()
  await requireOpenTerm(call, seat)
  const { lockedAt } = teams
  if (lockedAt !== undefined && Math.max(request.submittedAt, context.now()) >= lockedAt) {
    throw teamsLocked(momentText(lockedAt, timeZone))
  }
  return teams
}

function personOf({ course, member }: Seat) {
  return { course: course.name, account: member.account.id }
}

function teamFrom(outcome: Created | Joined, { course }: Seat, { size }: TeamPolicy, name: string): Team {
  if (outcome === 'not-enrolled') throw notEnrolled(course.name)
  if (outcome === 'in-a-team') throw inATeam()
  if (outcome === 'name-taken') throw teamNameTaken(name)
  if (outcome === 'unknown-code') throw unknownTeamCode()
  if (outcome === 'full') throw teamFull(size)
  if (outcome === 'counted') throw teamHasCounted()
  return outcome.team
}

function teamCard({ key, members, code, counted }: Team, policy: TeamPolicy | undefined) {
  const open = policy !== undefined && code !== undefined && !counted && members.length < policy.size
  const people = members.map((name) => plainLine(name, 60)).join(', ')
  const most = policy === undefined ? '' : ` (${members.length} of ${policy.size})`
  const text = counted ? ['It has handed in something that counts, so it stays as it is.'] : []
  const fields = [
    { label: 'People', value: `${people}${most}` },
    ...(open ? [{ label: 'To join', value: `/rai team join ${code}` }] : []),
  ]
  return fieldsCard(`Your team is ${plainLine(teamTitle(key), 60)}`, fields, text)
}
