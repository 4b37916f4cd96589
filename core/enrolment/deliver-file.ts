import { type FileHandle, open, rm } from 'node:fs/promises'
import { type CredentialKeys, openSealed } from '../directory/credential-keys.ts'
import type { ClaimedDelivery } from '../records/enrolment-claims.ts'
import type { CredentialDeliveries, DeliveryOutcome } from '../records/enrolment-deliveries.ts'
import { codeOf } from '../system-error.ts'
import { csvRow } from './csv-out.ts'
import { keysFileExists } from './refusals.ts'

export interface DeliverFileOptions {
  readonly deliveries: CredentialDeliveries
  readonly keys: CredentialKeys
  /** Is made, readable by this user only; a file that is there is refused. */
  readonly path: string
}

const columns = ['username', 'email', 'firstname', 'lastname', 'course', 'access_key', 'secret_key', 'expires']
const leaseMs = 60_000
const chunk = 500

/**
 * Writes every secret that waits for a file into one, for the instructor to hand on. Returns how many; without any,
 * no file is made. Secrets are wiped from the records once they are safe on the disk.
 */
export async function deliverToFile({ deliveries, keys, path }: DeliverFileOptions): Promise<number> {
  const first = await deliveries.claim({ channel: 'file', limit: chunk, leaseMs })
  if (first.length === 0) return 0
  const file = await createKeysFile(path).catch(async (error: unknown) => {
    await deliveries.settleAll(first.map(({ id, token }) => ({ id, token, outcome: handBack })))
    throw error
  })
  let written = 0
  try {
    await file.write(csvRow(columns))
    for (let batch = first; batch.length > 0; ) {
      written += await writeBatch(file, batch, { deliveries, keys, path })
      batch = await deliveries.claim({ channel: 'file', limit: chunk, leaseMs })
    }
    return written
  } finally {
    await file.close()
    if (written === 0) await rm(path, { force: true })
  }
}

const handBack: DeliveryOutcome = { state: 'later', error: 'the file could not be written', delayMs: 0 }

/** A file for secrets: readable by this user only, and never one that is there. */
export async function createKeysFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: unknown) => {
    throw codeOf(error) === 'EEXIST' ? keysFileExists(path) : error
  })
}

async function writeBatch(
  file: FileHandle,
  batch: readonly ClaimedDelivery[],
  options: DeliverFileOptions,
): Promise<number> {
  const opened = batch.map((delivery) => ({
    delivery,
    secretKey: openSealed(delivery.sealed, delivery.id, options.keys),
  }))
  const rows = opened.flatMap(({ delivery, secretKey }) =>
    secretKey === undefined ? [] : [rowOf(delivery, secretKey)],
  )
  await file.write(rows.join(''))
  await file.sync()
  const outcomeOf = (secretKey: string | undefined): DeliveryOutcome =>
    secretKey === undefined
      ? { state: 'failed', error: 'the app secret changed since these keys were issued; send new ones' }
      : { state: 'accepted', message: options.path }
  await options.deliveries.settleAll(
    opened.map(({ delivery: { id, token }, secretKey }) => ({ id, token, outcome: outcomeOf(secretKey) })),
  )
  return rows.length
}

function rowOf({ person, course, accessKey, expiresAt }: ClaimedDelivery, secretKey: string): string {
  const { username, email = '', firstName, lastName } = person
  const expires = expiresAt === undefined ? '' : new Date(expiresAt).toISOString()
  return csvRow([username, email, firstName, lastName, course, accessKey, secretKey, expires])
}
