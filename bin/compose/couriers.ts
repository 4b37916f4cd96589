import { createCourier } from '../../bots/delivery/courier.ts'
import type { KeysDesk } from '../../bots/delivery/desk.ts'
import { createMailCourier } from '../../bots/delivery/mails.ts'
import type { CourierOptions, FindPerson } from '../../bots/delivery/options.ts'
import { credentialKeys } from '../../core/directory/credential-keys.ts'
import { chooseMailer } from './choose-mailer.ts'
import type { Deployment } from './deployment.ts'
import { reachOf } from './reach.ts'

/** What commands about keys work with in one chat. */
export function keysDeskOf(
  { config, secret }: Deployment,
  { openAttachment, openFile }: Pick<KeysDesk, 'openAttachment' | 'openFile'>,
): KeysDesk {
  return { keys: credentialKeys(secret), reach: reachOf(config), openAttachment, openFile }
}

export interface Couriers {
  run(signal: AbortSignal): Promise<void>
  poke(): void
}

/** Brings keys to people: in this workspace, and by mail where no chat reaches them. */
export function createCouriers(
  deployment: Deployment,
  options: Pick<CourierOptions, 'chat' | 'budgets'> & { readonly findPerson?: FindPerson | undefined },
): Couriers {
  const { config, records, directory, owner, secret, log: logger } = deployment
  const { reveal_time: offerMs, direct_message_grace: graceMs } = config.auth
  const shared = { records, owner, logger, keys: credentialKeys(secret) }
  const mailer = chooseMailer(config, (line) => logger.info(line))
  const couriers = [
    createCourier({ ...shared, ...options, directory, reach: reachOf(config), offerMs, graceMs }),
    createMailCourier({ ...shared, mailer }),
  ]
  return {
    run: async (signal) => void (await Promise.all(couriers.map((courier) => courier.run(signal)))),
    poke: () => {
      for (const courier of couriers) courier.poke()
    },
  }
}
