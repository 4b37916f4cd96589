import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey, hashAccessKey, newAccessKey } from '../secret/keyed-hash.ts'

/** Keys derived from the app secret, each for one purpose. */
export interface CredentialKeys {
  readonly pepper: Buffer
  readonly seal: Buffer
}

export function credentialKeys(appSecret: string): CredentialKeys {
  return { pepper: deriveKey(appSecret, 'access keys'), seal: deriveKey(appSecret, 'credential deliveries') }
}

/** A pair as its owner sees it, once. */
export interface CredentialPair {
  /** Public: who signs in. */
  readonly accessKey: string
  /** 256 random bits behind `rais_`, by which scanners for secrets know it. */
  readonly secretKey: string
}

export interface MintedCredential extends CredentialPair {
  /** What the records keep. */
  readonly secretHash: string
}

export function mintCredential({ pepper }: CredentialKeys): MintedCredential {
  const secretKey = `rais_${newAccessKey()}`
  return {
    accessKey: `raia_${randomBytes(10).toString('hex')}`,
    secretKey,
    secretHash: hashAccessKey(secretKey, pepper),
  }
}

const cipherName = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** For the one delivery with this id; opened under another one it is worthless. */
export function sealSecret(secretKey: string, delivery: string, { seal }: CredentialKeys): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(cipherName, seal, iv).setAAD(Buffer.from(delivery))
  const sealed = Buffer.concat([cipher.update(secretKey, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** `undefined` when it was sealed with another app secret, or was changed. */
export function openSealed(sealed: string, delivery: string, { seal }: CredentialKeys): string | undefined {
  const body = Buffer.from(sealed, 'base64url')
  if (body.length <= ivBytes + tagBytes) return undefined
  const decipher = createDecipheriv(cipherName, seal, body.subarray(0, ivBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(delivery)).setAuthTag(body.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(body.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
