import { wayTo } from '../../core/enrolment/channel.ts'
import { some } from '../../core/enrolment/describe-plan.ts'
import { renewKeys } from '../../core/enrolment/renew.ts'
import { isTrouble, isUnreached, tally, troubleLine } from '../../core/enrolment/tally.ts'
import { Refusal } from '../../core/errors.ts'
import type { Account } from '../../core/records/people.ts'
import { plainCard } from '../card.ts'
import { findMentioned } from '../delivery/find-person.ts'
import type { KeygenCall } from '../delivery/keygen-call.ts'
import { notHere, notInstructor, notStaff, unknownVerb, whoIsMeant } from '../delivery/refusals.ts'
import { confirmRoster, previewRoster } from '../delivery/roster.ts'
import { plainLine } from '../render/clean.ts'
import { count } from '../wording.ts'
import { requireMayActOnPerson } from './acting-on.ts'
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

/** What changes who is in the course; the rest is for all of its staff, each for whom they may act on. */
const enrolling: readonly string[] = ['enroll', 'confirm']

const shownVerbs = Object.keys(verbs).filter((name) => name !== 'confirm')

export const keygenCommand: Command = {
  name: 'keygen',
  usage: 'enroll|status|rotate|resend|revoke [person]',
  summary: 'Enrol a class from a roster (instructors), and look after its keys (staff)',
  options: {},
  mostWords: 4,
  async run(call) {
    const desk = call.context.keys
    if (desk === undefined) throw notHere()
    const [word = call.request.attachments.length > 0 ? 'enroll' : 'status', ...words] = call.words
    const [name, verb] = Object.entries(verbs).find(([one]) => one === word.toLowerCase()) ?? []
    if (name === undefined || verb === undefined) throw unknownVerb(word, 'keygen', shownVerbs)
    const seat = await seatOf(call)
    const { role, rights } = seat.member
    if (enrolling.includes(name) && !rights.enrols) throw notInstructor(role)
    if (!(rights.enrols || rights.staff)) throw notStaff(role)
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
  const notOurs: string[] = []
  for (const { username } of unreached) {
    const person = await people.byUsername(username)
    if (person !== undefined && (await mayRenew(given, person))) await renewFor(given, person, 0)
    else notOurs.push(username)
  }
  call.context.poke()
  const renewed = unreached.length - notOurs.length
  if (unreached.length === 0) return privately(plainCard('Nobody’s keys failed', [], 'good'))
  const left =
    notOurs.length === 0 ? [] : [`Not yours to renew: ${some(notOurs.map(plainName), mostLines).join(', ')}.`]
  const title = `New keys for ${count(renewed, 'person', 'people')}`
  return privately(plainCard(title, [...left, '`/rai keygen status` shows how they go.'], 'good'))
}

function plainName(username: string): string {
  return plainLine(username, 60)
}

/** So that the answer is there in time; asking again does the next ones. */
const mostAtOnce = 100

async function mayRenew(given: KeygenCall, person: Account): Promise<boolean> {
  try {
    await requireMine(given, person, 'make new keys for')
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
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
async function personOf(given: KeygenCall, verb: 'rotate' | 'resend' | 'revoke'): Promise<Account> {
  const { call, seat, words } = given
  const [name] = words
  if (name === undefined) throw whoIsMeant(verb)
  const person = await findMentioned(call, name, seat.course.name)
  await requireMine(given, person, verb === 'resend' ? 'make new keys for' : `${verb} the keys of`)
  return person
}

function requireMine({ call, seat }: KeygenCall, { id }: Account, action: string): Promise<void> {
  return requireMayActOnPerson(call.context, seat, id, { action, otherwise: keysElsewhere })
}

const keysElsewhere =
  "where their keys count, too. They make new ones with `/rai key rotate`; whoever runs RAI's server can revoke them."
