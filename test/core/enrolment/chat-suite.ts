import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialKeys, openSealed } from '../../../core/directory/credential-keys.ts'
import { createVerifier } from '../../../core/directory/credentials.ts'
import { applyPlan } from '../../../core/enrolment/apply.ts'
import type { DeliveryWay } from '../../../core/enrolment/channel.ts'
import { hashEnrolmentCode, newEnrolmentCode, redeemCode } from '../../../core/enrolment/codes.ts'
import { planEnrolment } from '../../../core/enrolment/plan.ts'
import { readRoster } from '../../../core/enrolment/roster.ts'
import { Refusal } from '../../../core/errors.ts'
import type { ClaimedDelivery, DeliveryChannel } from '../../../core/records/enrolment-claims.ts'
import { createRecords, type Records } from '../../../core/records/records.ts'
import type { EnrolmentFixture } from './suite.ts'

const keys = credentialKeys('a secret of the course')
const header = 'username,email,slack,discord\n'
const ada = { platform: 'slack', workspace: 'T1', user: 'U024BE7LH' } as const
const bob = { ...ada, user: 'U999' } as const
const hour = 3_600_000

/** Keys that are revealed in a chat, on a real database; every one RAI runs on passes it. */
export function describeChatDelivery(name: string, create: () => Promise<EnrolmentFixture>): void {
  describe(`delivery in chat on ${name}`, () => {
    let fixture: EnrolmentFixture
    let records: Records

    beforeEach(async () => {
      fixture = await create()
      records = createRecords(await fixture.open())
    })

    afterEach(async () => {
      await records.close()
      await fixture.dispose()
    })

    async function enrol(rows: string, deliver: DeliveryWay = 'direct') {
      const roster = readRoster(Buffer.from(header + rows), { courses: ['demo'], course: 'demo', now: Date.now() })
      const plan = await planEnrolment(roster, records.enrolment)
      const reach = { slack: true, discord: true }
      await applyPlan(plan, { records: records.enrolment, keys, actor: 'prof', deliver, reach })
    }

    async function claim(channel: DeliveryChannel = 'slack'): Promise<ClaimedDelivery> {
      const [first] = await records.enrolment.deliveries.claim({ channel, limit: 1, leaseMs: 60_000 })
      if (first === undefined) throw new Error(`nothing waits for ${channel}`)
      return first
    }

    function reveal(id: string, identity: typeof ada | typeof bob = ada, account?: string) {
      return records.enrolment.deliveries.reveals.reveal({
        ...{ id, identity, open: (sealed) => openSealed(sealed, id, keys) },
        ...(account === undefined ? {} : { account }),
      })
    }

    const offer = (delivery: ClaimedDelivery, lifetimeMs = hour) =>
      records.enrolment.deliveries.reveals.offered(delivery, {
        ...{ workspace: 'T1', user: ada.user, message: 'D1/1.1', lifetimeMs },
      })

    async function stateOf(username: string) {
      const found = (await records.enrolment.status('demo')).find((one) => one.username === username)
      return [found?.channel, found?.delivery]
    }

    async function actionsOf(username: string): Promise<string[]> {
      const account = await records.people.byUsername(username)
      return (await records.audit.ofSubject(account?.id ?? '', 50)).map(({ action }) => action)
    }

    test('the addressed user reveals the keys once, and they work', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      expect(await offer(delivery)).toBe(true)
      expect(await reveal(delivery.id, bob)).toEqual({ kind: 'not-theirs' })
      const shown = await reveal(delivery.id)
      if (shown.kind !== 'revealed') throw new Error(shown.kind)
      const { guesses } = records.enrolment
      const verify = createVerifier({ guesses, people: records.people, keys })
      expect((await verify(shown.accessKey, shown.secretKey, 'x')).account.username).toBe('ada')
      expect(await reveal(delivery.id)).toMatchObject({
        kind: 'gone',
        state: 'accepted',
        revealedAt: expect.any(Number),
      })
      expect(await actionsOf('ada')).toEqual([
        'enrolment.put',
        'credential.issue',
        'credential.offer',
        'credential.reveal',
      ])
    })

    test('the button works before the records know of the message, which then says so', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      const all = records.enrolment.deliveries.reveals
      expect((await reveal(delivery.id)).kind).toBe('not-theirs')
      expect(await all.addressed(delivery, { workspace: 'T1', user: ada.user })).toBe(true)
      expect((await reveal(delivery.id)).kind).toBe('revealed')
      expect(await offer(delivery)).toBe(false)
      expect(await all.stale('T1', 10)).toMatchObject([{ message: 'D1/1.1', state: 'accepted' }])
    })

    test('of two presses at once, one gets the keys', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      await offer(delivery)
      const shown = await Promise.all([reveal(delivery.id), reveal(delivery.id), reveal(delivery.id)])
      expect(shown.map(({ kind }) => kind).sort()).toEqual(['gone', 'gone', 'revealed'])
    })

    test('the message is stale once its keys are revealed, and not after it says so', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      await offer(delivery)
      const { reveals: all } = records.enrolment.deliveries
      expect(await all.stale('T1', 10)).toEqual([])
      await reveal(delivery.id)
      expect(await all.stale('T2', 10)).toEqual([])
      expect(await all.stale('T1', 10)).toMatchObject([{ message: 'D1/1.1', state: 'accepted', course: 'demo' }])
      await all.settledMessage(delivery.id)
      expect(await all.stale('T1', 10)).toEqual([])
    })

    test('an offer that nobody takes ends, and its secret is wiped', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      await offer(delivery, 0)
      expect(await records.enrolment.deliveries.reveals.moveOverdue()).toBe(1)
      expect(await stateOf('ada')).toEqual(['slack', 'expired'])
      expect(await reveal(delivery.id)).toEqual({ kind: 'gone', state: 'expired' })
    })

    test('blocked keys wait for the person, then go by mail, then into the file', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}\nbob,,${bob.user}`)
      const all = records.enrolment.deliveries.reveals
      const [first, second] = [await claim(), await claim()]
      const block = (delivery: ClaimedDelivery, user: string) =>
        all.blocked(delivery, { workspace: 'T1', user, reason: 'closed', graceMs: 0 })
      await block(first, ada.user)
      await block(second, bob.user)
      expect(await all.waitingFor({ identity: ada })).toMatchObject([{ course: 'demo' }])
      expect(await all.moveOverdue()).toBe(2)
      expect(await all.waitingFor({ identity: ada })).toEqual([])
      expect([await stateOf('ada'), await stateOf('bob')]).toEqual([
        ['mail', 'waiting'],
        ['file', 'waiting'],
      ])
      const mail = await claim('mail')
      expect(mail.byBot).toBe(true)
      expect(openSealed(mail.sealed, mail.id, keys)).toMatch(/^rais_/)
      await all.reroute(mail, 'no such mailbox')
      expect(await stateOf('ada')).toEqual(['file', 'waiting'])
      expect(await actionsOf('ada')).toEqual(
        expect.arrayContaining(['credential.blocked', 'credential.reroute', 'credential.reroute']),
      )
    })

    test('rotation ends an offer', async () => {
      await enrol(`ada,ada@x.edu,${ada.user}`)
      const delivery = await claim()
      await offer(delivery)
      await records.enrolment.credentials.revoke(delivery.account, 'prof')
      expect(await reveal(delivery.id)).toMatchObject({ kind: 'gone', state: 'cancelled' })
    })

    async function refusalOf(work: Promise<unknown>): Promise<string> {
      const thrown = await work.catch((error: unknown) => error)
      return thrown instanceof Refusal ? thrown.code : 'nothing was refused'
    }

    test('a code finds its owner once, however it is spelt, and ends with the next one', async () => {
      await enrol('ada,ada@x.edu', 'codes')
      const [account = ''] = await records.enrolment.codes.waiting('demo', { again: false })
      const { codes } = records.enrolment
      const [old, code] = [newEnrolmentCode(), newEnrolmentCode()]
      const put = (text: string, lifetimeMs: number) =>
        codes.put([{ hash: hashEnrolmentCode(text, keys), account, course: 'demo' }], { lifetimeMs, actor: 'prof' })
      await put(old, hour)
      await put(code, hour)
      const redeem = (text: string, source = 'slack:T1:U1') => redeemCode({ codes, keys, code: text, source })
      expect(await refusalOf(redeem(old))).toBe('wrong-code')
      expect(await redeem(` ${code.toLowerCase().replaceAll('-', ' ')}`)).toEqual({ account, course: 'demo' })
      expect(await refusalOf(redeem(code))).toBe('code-used')
      await put(code.replace(/^./, 'Z'), 0)
      expect(await refusalOf(redeem(code.replace(/^./, 'Z')))).toBe('code-over')
      expect(await records.enrolment.codes.waiting('demo', { again: false })).toEqual([account])
    })

    test('whoever guesses codes is slowed, and only they', async () => {
      const { codes } = records.enrolment
      const tries: string[] = []
      for (let i = 0; i < 7; i += 1)
        tries.push(await refusalOf(redeemCode({ codes, keys, code: `x${i}`, source: 'a' })))
      expect(tries.slice(0, 5)).toEqual(Array(5).fill('wrong-code'))
      expect(tries.slice(5)).toEqual(['too-many-guesses', 'too-many-guesses'])
      expect(await refusalOf(redeemCode({ codes, keys, code: 'x', source: 'b' }))).toBe('wrong-code')
    })

    test('a roster is confirmed once, by whoever handed it in, and forgotten when it is done', async () => {
      const { drafts } = records.enrolment
      const draft = { actor: 'prof', course: 'demo', identity: ada, roster: 'ada', digest: 'd' }
      const id = await drafts.put({ ...draft, options: { skipBad: false, keepMissing: true } })
      expect(await drafts.confirm(id, 'somebody', hour)).toBe(false)
      expect(await drafts.next(ada)).toBeUndefined()
      expect(await Promise.all([drafts.confirm(id, 'prof', hour), drafts.confirm(id, 'prof', hour)])).toContain(true)
      expect(await drafts.confirm(id, 'prof', hour)).toBe(false)
      expect(await drafts.next({ ...ada, workspace: 'T2' })).toBeUndefined()
      expect(await drafts.next(ada)).toMatchObject({ id, roster: 'ada', options: { keepMissing: true } })
      await drafts.finish(id, 'done', 'all well')
      expect(await drafts.next(ada)).toBeUndefined()
      expect(await drafts.byId(id)).toMatchObject({ roster: '', outcome: 'all well' })
    })
  })
}
