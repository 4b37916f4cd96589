import { unknownPerson } from '../../core/directory/refusals.ts'
import { renewKeys } from '../../core/enrolment/renew.ts'
import type { Credential } from '../../core/records/enrolment-credentials.ts'
import type { Account } from '../../core/records/people.ts'
import { plainCard } from '../card.ts'
import { revealButton, waitingText } from '../delivery/cards.ts'
import type { KeysDesk } from '../delivery/desk.ts'
import { noKeysWait, notHere, tooManyRotations, unknownVerb } from '../delivery/refusals.ts'
import { revealKeys, viewerOf } from '../delivery/reveal.ts'
import { clock, duration } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import type { Answer } from './request.ts'

const hour = 3_600_000
/** How long the older keys of somebody who makes new ones go on working. */
const overlapMs = 24 * hour
const mostRotations = 5

const verbs = {
  show: (call) => show(call),
  rotate: (call, desk) => rotate(call, desk),
  reveal: (call, desk) => reveal(call, desk),
} satisfies Record<string, (call: CommandCall, desk: KeysDesk) => Promise<Answer>>

export const keyCommand: Command = {
  name: 'key',
  usage: '[show|rotate|reveal]',
  summary: 'Your keys: which you have, new ones, and those that wait for you',
  options: {},
  mostWords: 2,
  async run(call) {
    const desk = call.context.keys
    if (desk === undefined) throw notHere()
    const [word = 'show'] = call.words
    const verb = Object.entries(verbs).find(([name]) => name === word.toLowerCase())?.[1]
    if (verb === undefined) throw unknownVerb(word, 'key', Object.keys(verbs))
    return verb(call, desk)
  },
}

async function accountOf({ context, request }: CommandCall): Promise<Account> {
  const account = await context.directory.identify(request.identity)
  if (account === undefined) throw unknownPerson()
  return account
}

async function show(call: CommandCall): Promise<Answer> {
  const { id } = await accountOf(call)
  const now = call.context.now()
  const keys = await call.context.records.enrolment.credentials.ofAccount(id)
  const working = keys.filter((key) => key.revokedAt === undefined && (key.expiresAt ?? now + 1) > now)
  if (working.length === 0) {
    return privately(plainCard('You have no keys that work', ['`/rai key rotate` makes new ones.']))
  }
  return privately(
    fieldsCard('Your keys', working.map(toField), [
      'Secret keys are shown once and not kept. `/rai key rotate` makes new ones.',
    ]),
  )
}

function toField({ accessKey, createdAt, expiresAt }: Credential) {
  const until = expiresAt === undefined ? '' : `, until ${clock(expiresAt)}`
  return { label: accessKey, value: `since ${clock(createdAt)}${until}` }
}

async function rotate(call: CommandCall, { keys }: KeysDesk): Promise<Answer> {
  const { id, username } = await accountOf(call)
  const { enrolment, people } = call.context.records
  const since = call.context.now() - overlapMs
  const recent = (await enrolment.credentials.ofAccount(id)).filter(({ createdAt }) => createdAt > since)
  if (recent.length > mostRotations) throw tooManyRotations(mostRotations)
  const course = call.context.courses.all()[0]?.name ?? ''
  const way = { channel: 'chat', address: username } as const
  const delivery = await renewKeys({ enrolment, people, keys, account: id, actor: id, course, overlapMs, way })
  return privately({
    ...plainCard('New keys are ready', [waitingText, `Your older ones work for ${duration(overlapMs)} more.`], 'good'),
    buttons: [revealButton(delivery)],
  })
}

/** What is typed where others read, or where it stays, gets a button: only its answer is for one pair of eyes. */
async function reveal(call: CommandCall, desk: KeysDesk): Promise<Answer> {
  const { context, request } = call
  const id = call.words[1] ?? (await firstWaiting(call))
  if (request.ephemeral === true) return privately(await revealKeys(context, desk, request, id))
  return privately({ ...plainCard('Your keys', [waitingText]), buttons: [revealButton(id)] })
}

async function firstWaiting({ context, request }: CommandCall): Promise<string> {
  const viewer = await viewerOf(context, request)
  const [first] = await context.records.enrolment.deliveries.reveals.waitingFor(viewer)
  if (first === undefined) throw noKeysWait()
  return first.id
}
