import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { unlimited } from '../../bots/budget.ts'
import type { Chat } from '../../bots/chat.ts'
import { createCourier } from '../../bots/delivery/courier.ts'
import type { KeysDesk } from '../../bots/delivery/desk.ts'
import type { CourierOptions, FindPerson } from '../../bots/delivery/options.ts'
import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { applyPlan } from '../../core/enrolment/apply.ts'
import type { DeliveryWay } from '../../core/enrolment/channel.ts'
import { planEnrolment } from '../../core/enrolment/plan.ts'
import { readRoster } from '../../core/enrolment/roster.ts'
import type { World } from './world.ts'

export const keys = credentialKeys('a secret of the course')
const reach = { slack: true, discord: true } as const

/** What commands about keys work with. */
export function keysDesk(openAttachment?: KeysDesk['openAttachment']): KeysDesk {
  return { keys, reach, openAttachment }
}

/** Enrols in the demo course, as `rai-keygen enroll` does. */
export async function enrolClass({ records }: World, csv: string, deliver: DeliveryWay = 'direct'): Promise<void> {
  const roster = readRoster(Buffer.from(csv), { courses: ['demo'], course: 'demo', now: Date.now() })
  const plan = await planEnrolment(roster, records.enrolment)
  if (plan.bad.length > 0) throw new Error(JSON.stringify(plan.bad))
  const options = { records: records.enrolment, keys, actor: 'prof', deliver, reach, keepMissing: true, byBot: true }
  await applyPlan(plan, options)
}

interface Bot {
  readonly chat: Chat
  readonly findPerson: FindPerson
}

/** The courier of one bot process, until it is stopped. */
export function startCourier(
  { records, context }: World,
  { chat, findPerson }: Bot,
  changes: Partial<CourierOptions> = {},
) {
  const courier = createCourier({
    ...{ records, directory: context.directory, chat, findPerson, keys, reach },
    ...{ budgets: { edits: unlimited, posts: unlimited }, owner: randomUUID(), logger: pino({ level: 'silent' }) },
    ...{ pollMs: 20, leaseMs: 5_000 },
    ...changes,
  })
  const ending = new AbortController()
  const running = courier.run(ending.signal)
  return {
    poke: courier.poke,
    async stop() {
      ending.abort()
      await running
    },
  }
}

export async function actionsOf({ records }: World, username: string): Promise<string[]> {
  const account = await records.people.byUsername(username)
  return (await records.audit.ofSubject(account?.id ?? '', 100)).map(({ action }) => action)
}

export async function stateOf({ records }: World, username: string) {
  const found = (await records.enrolment.status('demo')).find((one) => one.username === username)
  return { channel: found?.channel, delivery: found?.delivery, error: found?.error }
}
