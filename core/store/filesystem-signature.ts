import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a link says, and what its signature covers. */
export interface LinkClaim {
  readonly key: string
  /** Seconds since the epoch. */
  readonly expires: number
  readonly filename: string
}

export function isSignedBy(secret: string, claim: LinkClaim, signature: string): boolean {
  const [expected, given] = [Buffer.from(signatureOf(secret, claim)), Buffer.from(signature)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

export function signatureOf(secret: string, { key, expires, filename }: LinkClaim): string {
  const claim = JSON.stringify(['rai-link-1', key, expires, filename])
  return createHmac('sha256', secret).update(claim).digest('base64url')
}
