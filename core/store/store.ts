import type { Readable } from 'node:stream'

/**
 * `expiring` objects are removed by the store itself after the configured lifetime; `kept` ones stay until deleted.
 */
export type Lifetime = 'expiring' | 'kept'

export interface PutOptions {
  readonly contentType: string
  readonly lifetime: Lifetime
  readonly signal?: AbortSignal
}

export interface StoredObject {
  readonly bytes: number
  readonly contentType: string
}

export interface LinkOptions {
  /** How long the link is to work. The store may shorten it; `SignedLink.expiresAt` tells. */
  readonly expiresInSeconds: number
  /** The name a browser saves it under. */
  readonly filename: string
}

export interface SignedLink {
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * The object store, as a port. Keys are `/`-separated, at most 512 characters of `[A-Za-z0-9._/-]`, without `..`.
 *
 * Every method may be called concurrently, and rejects with a `ProviderError` when the store fails.
 */
export interface Store {
  /**
   * Streams an object in, replacing one of the same key only when all of it has arrived: a reader sees the old
   * object, none, or the whole new one. When `body` fails or `signal` aborts, nothing is left behind and it rejects
   * with that reason.
   */
  put(key: string, body: Readable, options: PutOptions): Promise<{ readonly bytes: number }>
  /** The object as a stream, or `undefined` when there is none. The caller consumes or destroys it. */
  get(key: string, options?: { readonly signal?: AbortSignal }): Promise<Readable | undefined>
  stat(key: string): Promise<StoredObject | undefined>
  /** Deleting what is not there succeeds. */
  delete(key: string): Promise<void>
  /** A signed GET link. It does not check that the object exists. */
  link(key: string, options: LinkOptions): Promise<SignedLink>
  /** Rejects with a `ProviderError` that says what is wrong when the store cannot be used. */
  check(): Promise<void>
  /** A second call does nothing. */
  close(): Promise<void>
}
