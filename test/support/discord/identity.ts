import { randomBytes } from 'node:crypto'

/** The application under test, as the developer portal shows it. */
export interface Identity {
  readonly applicationId: string
  readonly botUserId: string
  readonly botToken: string
  readonly publicKey: string
  readonly cdnKey: string
}

/** A bot's user has the id of its application. */
export const createIdentity = (mintId: () => string): Identity => {
  const id = mintId()
  const token = [Buffer.from(id).toString('base64url'), randomBytes(4), randomBytes(27)]
  return {
    applicationId: id,
    botUserId: id,
    botToken: token.map((part) => (typeof part === 'string' ? part : part.toString('base64url'))).join('.'),
    publicKey: randomBytes(32).toString('hex'),
    cdnKey: randomBytes(32).toString('hex'),
  }
}
