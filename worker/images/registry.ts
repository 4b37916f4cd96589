import { privateNamespace } from '../../core/images/owner.ts'
import { createRedactor } from '../../core/secret/redact.ts'

export interface RegistryOptions {
  /** `registry.example.edu:5000`, or that with a folder behind it: `ghcr.io/ece408`. */
  readonly address: string
  readonly username?: string
  readonly password?: string
}

/** What the engine takes in a header of one request; it never becomes a part of a URL. */
interface RegistryLogin {
  readonly username: string
  readonly password: string
  readonly serveraddress: string
}

/** The registry that images are published to. Knows the password, and gives it to nobody but that registry. */
export interface Registry {
  /** The name an image of ours has there. */
  nameOf(image: string): string
  /** `undefined` for images of any other registry, and where there is no password. */
  loginFor(image: string): RegistryLogin | undefined
  /** A text of the engine's without anything secret. */
  redact(text: string): string
}

export function createRegistry({ address, username, password }: RegistryOptions): Registry {
  const plain = address.replace(/\/+$/, '')
  const host = plain.split('/', 1)[0] ?? plain
  const login =
    username === undefined || password === undefined ? undefined : { username, password, serveraddress: host }
  const secrets = login === undefined ? [] : [login.password, Buffer.from(JSON.stringify(login)).toString('base64')]
  const redactor = createRedactor(secrets, { minLength: 1 })
  return {
    nameOf: (image) => `${plain}/${image}`,
    loginFor: (image) => (image.startsWith(`${host}/`) ? login : undefined),
    redact: (text) => redactor.redact(text),
  }
}

/** Where an image comes from: a private one was published, if it is anywhere; all others say so themselves. */
export function originOf(image: string, registry: Registry | undefined): string | undefined {
  if (privateNamespace(image) === undefined || !image.startsWith('rai/')) return image
  return registry?.nameOf(image)
}
