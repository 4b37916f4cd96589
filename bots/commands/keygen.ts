import { requireMayActOn } from '../../core/directory/permission.ts'
import { wayTo } from '../../core/enrolment/channel.ts'
import { some } from '../../core/enrolment/describe-plan.ts'
import { renewKeys } from '../../core/enrolment/renew.ts'
import { isTrouble, isUnreached, tally, troubleLine } from '../../core/enrolment/tally.ts'
import type { Account } from '../../core/records/people.ts'
import { plainCard } from '../card.ts'
import { findMentioned } from '../delivery/find-person.ts'
import type { KeygenCall } from '../delivery/keygen-call.ts'
import { notHere, notInstructor, unknownVerb, whoIsMeant } from '../delivery/refusals.ts'
import { confirmRoster, previewRoster } from '../delivery/roster.ts'
import { plainLine } from '../render/clean.ts'
import { count } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command } from './command.ts'
import type { Answer } from './request.ts'
import { seatOf } from './seat.ts'

const verbs = {
  enroll: previewRoster,
  confirm: confirmRoster,
  status,
  rotate: (given) => renew(given, { verb: 'rotate', overlapMs: 24 * 3_600_000 }),
  resend: (given) => resend(given),
  revoke,
} satisfies Record<string, (given: KeygenCall) => Promise<Answer>>

const shownVerbs = Object.keys(verbs).filter((name) => name !== 'confirm')

export const keygenCommand: Command = {
  name: 'keygen',
  usage: 'enroll|status|rotate|resend|revoke [person]',
  summary: 'Enrol a class from a roster, and look after its keys (instructors)',
  options: {},
  mostWords: 4,
  async run(call) {
    const desk = call.context.keys
    if (desk === undefined) throw notHere()
    const [word = call.request.attachments.length > 0 ? 'enroll' : 'status', ...words] = call.words
    const verb = Object.entries(verbs).find(([name]) => name === word.toLowerCase())?.[1]
    if (verb === undefined) throw unknownVerb(word, 'keygen', shownVerbs)
    const seat = await seatOf(call)
    if (!seat.member.rights.enrols) throw notInstructor(seat.member.role)
    return verb({ call, seat, desk, words })
  },
}

const mostLines = 20

async function status({ call, seat }: KeygenCall): Promise<Answer> {
  const people = await call.context.records.enrolment.status(seat.course.name)
  const lines = some(people.filter(isTrouble).map(troubleLine), mostLines)
  const hint = people.some(isUnreached)
    ? ['`/rai keygen resend failed` makes new keys for whom theirs did not reach.']
    : []
  return privately({ ...plainCard(tally(people, seat.course.title), hint), tail: lines })
}

interface Renewal {
  readonly verb: 'rotate' | 'resend'
  readonly overlapMs: number
}

async function renew(given: KeygenCall, { verb, overlapMs }: Renewal): Promise<Answer> {
  const person = await personOf(given, verb)
  const { channel } = await renewFor(given, person, overlapMs)
  given.call.context.poke()
  return privately(
    plainCard(`New keys for ${plainLine(person.username, 60)}`, [`${sentence[channel]} ${older(overlapMs)}`], 'good'),
  )
}

const sentence = {
  slack: 'They come to them in a direct message on Slack, which shows them once.',
  discord: 'They come to them in a direct message on Discord, which shows them once.',
  mail: 'They come by mail.',
  file: 'Nothing reaches them, so they wait for `rai-keygen deliver` on the server, which writes a file for you.',
  chat: 'They wait until the person asks for them.',
} as const

function older(overlapMs: number): string {
  return overlapMs > 0 ? 'The older ones work for a day more.' : 'The older ones end now.'
}

async function renewFor({ call, seat, desk }: KeygenCall, person: Account, overlapMs: number) {
  const { enrolment, people } = call.context.records
  const addresses = await enrolment.addressesOf(person.id)
  const { platform, workspace } = call.request.identity
  const here = addresses.identities.find((one) => one.platform === platform && one.workspace === workspace)
  const known =
    here === undefined
      ? {}
      : platform === 'slack'
        ? { slack: here.user }
        : platform === 'discord'
          ? { discord: here.user }
          : {}
  const way = { ...wayTo({ ...addresses, ...known, username: person.username }, 'direct', desk.reach), byBot: true }
  const actor = seat.member.account.id
  const { keys } = desk
  await renewKeys({ enrolment, people, keys, account: person.id, actor, course: seat.course.name, overlapMs, way })
  return way
}

/** New keys for one person, or with `failed` for everybody whom theirs did not reach. */
async function resend(given: KeygenCall): Promise<Answer> {
  const { call, seat, words } = given
  if (words[0] !== 'failed') return renew(given, { verb: 'resend', overlapMs: 0 })
  const { enrolment, people } = call.context.records
  const unreached = (await enrolment.status(seat.course.name)).filter(isUnreached).slice(0, mostAtOnce)
  for (const { username } of unreached) {
    const person = await people.byUsername(username)
    if (person !== undefined && (await mayRenew(given, person))) await renewFor(given, person, 0)
  }
  call.context.poke()
  const title =
    unreached.length === 0 ? 'Nobody’s keys failed' : `New keys for ${count(unreached.length, 'person', 'people')}`
  return privately(plainCard(title, unreached.length === 0 ? [] : ['`/rai keygen status` shows how they go.'], 'good'))
}

/** So that the answer is there in time; asking again does the next ones. */
const mostAtOnce = 100

async function mayRenew({ call, seat }: KeygenCall, { id }: Account): Promise<boolean> {
  const { role } = await call.context.directory.standing(id, seat.course.name)
  return id === seat.member.account.id || seat.member.rights.actsOn.includes(role)
}

async function revoke(given: KeygenCall): Promise<Answer> {
  const { id, username } = await personOf(given, 'revoke')
  const { call, seat } = given
  const ended = await call.context.records.enrolment.credentials.revoke(id, seat.member.account.id)
  call.context.poke()
  const text = [`Keys ended: ${ended}. A roster does not undo this; \`/rai keygen rotate\` makes new keys.`]
  return privately(plainCard(`${plainLine(username, 60)} is signed out everywhere`, text, 'good'))
}

/** Who is meant, of this course, and only where the asker may act on them. */
async function personOf({ call, seat, words }: KeygenCall, verb: 'rotate' | 'resend' | 'revoke'): Promise<Account> {
  const [name] = words
  if (name === undefined) throw whoIsMeant(verb)
  const person = await findMentioned(call, name, seat.course.name)
  const { role } = await call.context.directory.standing(person.id, seat.course.name)
  const action = verb === 'resend' ? 'make new keys for' : `${verb} the keys of`
  requireMayActOn(seat.member, { account: person.id, course: seat.course.name, role }, action)
  return person
}
