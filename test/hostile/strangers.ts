import type { CardButton } from '../../bots/card.ts'
import { retryIsForStaff } from '../../bots/commands/refusals.ts'
import { keysNotYours, notInstructor } from '../../bots/delivery/refusals.ts'
import type { Refusal } from '../../core/errors.ts'
import { noSuchSubmission } from '../../core/submission/refusals.ts'
import { enrolClass, keysDesk } from '../bots/delivering.ts'
import type { World } from '../bots/world.ts'
import { type Ledger, openLedger } from './ledger.ts'

/** What Ada's submission holds and Bob must not read. */
export const secrets = /3f2a91c0de|store\.example|ada\/project|hers alone/

/** An id as there are many, and none of them. */
export const unknownId = 'f'.repeat(24)

/** Presses that no message of ours asks for. */
export const madeUpActions = [
  'submit',
  'staff',
  'logout',
  'key',
  'keygen',
  'help',
  '',
  '__proto__',
  'constructor',
  'CANCEL',
]

/** Values that no button of ours has, made of one that a button could have. */
export const madeUpValues = (id: string) => [
  '',
  'x',
  id.slice(0, 8),
  id.toUpperCase(),
  `${id} `,
  `${id}\n${id}`,
  `${id} --course demo`,
  '../../../../etc/passwd',
  '*',
]

interface Aim {
  readonly value: string
  readonly refusal: (value: string) => Refusal
}

/** What belongs to others, and for each button there is, what somebody reads who presses it for that. */
export async function othersThings(world: World, workspace: string, platform: string) {
  const submission = await hers(world)
  await enrolClass(world, 'username,email\nsue,sue@x.edu\n', 'mail')
  const ledger = await openLedger(world)
  const delivery = await deliveryIn(ledger)
  const draft = await world.records.enrolment.drafts.put({
    ...{ actor: world.people.tina.id, course: 'demo', identity: { platform, workspace, user: 'tina' } },
    ...{ options: { skipBad: false, keepMissing: true }, roster: 'username\nmallory\n', digest: 'd' },
  })
  const ofSubmission: Aim = { value: submission, refusal: noSuchSubmission }
  // A new button is an error of the compiler here, until somebody says what it refuses.
  const aims: Readonly<Record<CardButton['action'], Aim>> = {
    cancel: ofSubmission,
    rerun: ofSubmission,
    log: ofSubmission,
    link: ofSubmission,
    take: ofSubmission,
    release: ofSubmission,
    retry: { value: submission, refusal: retryIsForStaff },
    reveal: { value: delivery, refusal: keysNotYours },
    enrol: { value: draft, refusal: () => notInstructor('student') },
  }
  return { submission, ledger, aims }
}

/** The context of a course that handles keys, and takes only addresses for repositories. */
export function strictContext(world: World): World['context'] {
  return {
    ...world.context,
    keys: keysDesk(),
    checkSource: (text, options) => {
      if (!text.includes('://')) throw new Error(`no repository: ${text}`)
      return world.context.checkSource(text, options)
    },
  }
}

async function hers(world: World): Promise<string> {
  await world.queued({ team: 'reds' })
  const run = await world.claim()
  await run.print('hers alone\n')
  await run.finish('failed')
  return run.id
}

async function deliveryIn(ledger: Ledger): Promise<string> {
  const [row] = (await ledger.read()).credential_delivery ?? []
  if (typeof row !== 'object' || row === null || !('id' in row)) throw new Error('no keys are on their way')
  return String(row.id)
}

/** An answer without what differs between two ids. */
export function withoutIds(answer: string, id: string): string {
  return answer.replaceAll(id, 'ID').replaceAll(id.slice(0, 8), 'ID')
}
