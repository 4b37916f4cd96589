import { Readable } from 'node:stream'
import pRetry from 'p-retry'
import { ProviderError } from '../core/errors.ts'
import type { Store } from '../core/store/store.ts'
import type { Artefacts } from '../core/submission/artefacts.ts'
import { filterResult, packResult } from './result/result.ts'
import type { Sandbox } from './runner/runner.ts'
import type { Spool } from './spool.ts'

export interface KeepOptions {
  readonly store: Store
  readonly artefacts: Artefacts
  readonly submission: string
  readonly attempt: number
  /** What may leave `/build`. */
  readonly maxBytes: number
  readonly maxEntries: number
  readonly signal: AbortSignal
}

export interface Kept {
  readonly key: string
  readonly bytes: number
}

/** Uploads what `/build` holds. The source can be read again, so a store that fails is asked again. */
export async function keepBuild(
  sandbox: Sandbox,
  options: KeepOptions,
  onNotice: (notice: string) => void,
): Promise<Kept> {
  const key = options.artefacts.build(options.submission, options.attempt)
  return patiently(options.signal, async () => {
    const { maxBytes, maxEntries } = options
    const filtered = filterResult(await sandbox.collect(), { maxBytes, maxEntries, onNotice })
    return put(options, key, packResult(filtered.tar), 'application/gzip')
  })
}

export async function keepLog(spool: Spool, options: KeepOptions): Promise<Kept> {
  return keepText(spool, options.artefacts.log(options.submission, options.attempt), options)
}

export async function keepGradingLog(spool: Spool, options: KeepOptions): Promise<Kept> {
  return keepText(spool, options.artefacts.gradingLog(options.submission, options.attempt), options)
}

function keepText(spool: Spool, key: string, options: KeepOptions): Promise<Kept> {
  return patiently(options.signal, () => put(options, key, spool.text(), 'text/plain; charset=utf-8'))
}

export async function keepReport(report: object, options: KeepOptions): Promise<Kept> {
  const key = options.artefacts.report(options.submission, options.attempt)
  const text = `${JSON.stringify(report, undefined, 2)}\n`
  return patiently(options.signal, () => put(options, key, Readable.from([text]), 'application/json'))
}

async function put({ store, signal }: KeepOptions, key: string, body: Readable, contentType: string): Promise<Kept> {
  const { bytes } = await store.put(key, body, { contentType, lifetime: 'expiring', signal })
  return { key, bytes }
}

/** About half a minute; after that the attempt counts as failed by us. */
function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return pRetry(work, {
    retries: 5,
    minTimeout: 500,
    maxTimeout: 10_000,
    signal,
    shouldRetry: ({ error }) => error instanceof ProviderError && error.retryable,
  })
}
